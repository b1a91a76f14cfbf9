import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { METRICS } from "../../src/metrics/definitions.ts";
import { ERROR_KINDS } from "../../src/metrics/error-kinds.ts";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import { CHINESE_ERRORS, CHINESE_FIGURES } from "../../src/report/glossary-zh.ts";
import { makeHtml } from "../../src/report/html/save-html.ts";
import { Browser, HAS_BROWSER } from "../e2e/report-html-browser.ts";
import {
  levelRow,
  type MadeRun,
  mixedRun,
  recordRun,
  request,
  START,
  sampleRow,
  temporaryFolder,
} from "./record-fixture.ts";

test("every figure and every kind of failure is explained in Chinese", () => {
  expect(Object.keys(CHINESE_FIGURES).toSorted()).toEqual(METRICS.map(({ key }) => key).toSorted());
  expect(Object.keys(CHINESE_ERRORS)).toEqual(Object.keys(ERROR_KINDS));
});

/** Two small words in a row are a piece of an English sentence. */
const TWO_WORDS = /[a-z]{2,} [a-z]{2,}/;
/** What a made failure says: data. */
const MESSAGE = "connection reset";

/** Two levels of two models at two endpoints; the second model fails once, and is given up once. */
function ofTwoModels(): MadeRun {
  const requests = Array.from({ length: 24 }, (_, k) => {
    const [model, endpoint] = [k % 2 === 0 ? "fast" : "slow", k % 3 === 0 ? "http://a/v1" : "http://b/v1"];
    const kind = k === 1 ? "reset" : k === 3 ? "cancelled_on_purpose" : null;
    return request({
      ...{ id: k, at: k / 4, level: k < 12 ? 0 : 1, model, endpoint },
      times: k % 2 === 0 ? [20_000, 30_000] : [80_000, 120_000],
      ...(kind !== null && { ending: { ok: false, kind, message: "" } }),
    });
  });
  // What makes the verdict say something.
  const samples = [1, 2, 3].map((s) => sampleRow({ time: START + s, engine: 0, coreWait: 0.3 }));
  return { levels: [levelRow({ parallel: 2 }), levelRow({ level: 1, parallel: 4 })], requests, samples };
}

describe.skipIf(!HAS_BROWSER)("in a browser", () => {
  let browser: Browser;
  const folder = temporaryFolder();
  const pageOf = async (name: string, made: MadeRun): Promise<string> => {
    const database = join(folder.path, `${name}.db`);
    recordRun(database, made);
    using reader = openRun(database);
    const page = join(folder.path, `${name}.html`);
    await Bun.write(page, await makeHtml(reader, summarise(reader)));
    return page;
  };
  beforeAll(async () => {
    browser = await Browser.start();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  const cells = (caption: string) =>
    browser.evaluate<string[][]>(
      `[...[...document.querySelectorAll("#kinds table")].find((one) => one.caption.textContent === "${caption}").rows]
        .map((row) => [...row.cells].map((cell) => cell.textContent))`,
    );

  test("a table of models and one of endpoints, a row for each in each level", async () => {
    await browser.open(await pageOf("targets", ofTwoModels()), { width: 1400, height: 900 });
    const [header, ...models] = await cells("Models");
    expect(header).toEqual(
      "model,level,sent,success,output tokens/s,TTFT p50, ms,TTFT p99, ms,TPOT p50, ms,TPOT p99, ms,latency p50, ms,latency p99, ms".split(
        /,(?! )/,
      ),
    );
    expect(models.map(([name, level]) => `${name} ${level}`)).toEqual([
      ...["fast 2 at once", "slow 2 at once", "fast 4 at once", "slow 4 at once"],
    ]);
    expect(models[0]!.slice(2, 4).concat(models[0]!.slice(5))).toEqual([
      ...["6", "100%", "20.0", "20.0", "10.0", "10.0", "30.0", "30.0"],
    ]);
    // Of six one failed, and one was given up on purpose: four of five.
    expect(models[1]!.slice(2, 4)).toEqual(["6", "80.00%"]);
    const endpoints = await cells("Endpoints");
    expect(endpoints.slice(1).map(([name]) => name)).toEqual([
      "http://a/v1",
      "http://b/v1",
      "http://a/v1",
      "http://b/v1",
    ]);
    expect(await browser.evaluate<string[]>(`[...document.querySelectorAll("nav a")].map((a) => a.hash)`)).toContain(
      "#kinds",
    );
    expect(browser.complaints).toEqual([]);
  }, 30_000);

  test("none for one model at one endpoint", async () => {
    await browser.open(await pageOf("one", mixedRun(40)), { width: 1400, height: 900 });
    expect(await browser.evaluate<boolean>(`document.getElementById("kinds") === null`)).toBe(true);
  }, 30_000);

  test("in Chinese only data, formulas and names are left in English", async () => {
    for (const name of ["targets", "one"]) {
      await browser.open(join(folder.path, `${name}.html`), { width: 1400, height: 900 });
      await browser.evaluate(`document.getElementById("language").click()`);
      const texts = await browser.evaluate<string[]>(`(() => {
        const walker = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
          const one = walker.currentNode;
          if (one.parentElement.closest("code, pre, h1, .asides, [lang=en]") === null) found.push(one.textContent);
        }
        return found; })()`);
      expect(texts.length).toBeGreaterThan(200);
      const english = texts.filter((text) => TWO_WORDS.test(text.replace(/--\w[\w-]* \w+/g, "")));
      expect(english.filter((text) => text !== MESSAGE)).toEqual([]);
      if (name === "targets") expect(texts.join("\n")).toContain("其间回复未被读取,时间戳偏晚");
    }
  }, 30_000);
});
