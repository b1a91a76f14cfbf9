import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readObjective } from "../../src/metrics/slo.ts";
import { CONFIG, mixedRun, recordRun, request, START } from "../unit/record-fixture.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { Browser, HAS_BROWSER } from "./report-html-browser.ts";

const HOSTILE = "</script><img src=x onerror='window.broken=1'><b>bold</b>";
const WIDE = { width: 1400, height: 900 };

const workspace = new Workspace();
afterAll(() => workspace[Symbol.dispose]());

/** A ladder of two levels against the mock: the page that every run leaves. */
async function ladder(): Promise<string> {
  using mock = await Mock.start("--ttft", "20-60", "--itl", "2", "--tokens", "8-40");
  const target = ["--url", mock.url, "--model", "mock", "--no-test-connection"];
  const { folder } = await workspace.run(...target, "--parallel", "2", "8", "--number", "40", "160");
  return workspace.join(folder, "report.html");
}

/** A run with failures, turns and a hostile model, reported again. */
async function mixed(): Promise<string> {
  const folder = workspace.join("mixed");
  mkdirSync(folder);
  const { requests, ...rest } = mixedRun(200);
  const failing = { ending: { ok: false, kind: "stream_error", message: HOSTILE } } as const;
  const hostile = request({ id: 5000, at: 1, ...failing, payload: { outputText: HOSTILE } });
  const turns = requests.map((one, k) => ({
    ...one,
    outcome: { ...one.outcome, turn: 1 + (k % 3), conversationId: "c" },
  }));
  recordRun(join(folder, "benchmark_data.db"), { requests: [...turns, hostile], ...rest });
  const { out, code } = await workspace.plumb(["report", "mixed", "--html", "page.html"]);
  expect({ out, code }).toEqual({ out: "page.html\n", code: 0 });
  return workspace.join("page.html");
}

/** A run with objectives whose server told of itself, every half a second. */
async function served(): Promise<string> {
  const folder = workspace.join("served");
  mkdirSync(folder);
  const gauges = {
    "vllm:num_requests_running": (k: number) => 3 + (k % 3),
    "vllm:num_requests_waiting": (k: number) => k % 2,
    "vllm:kv_cache_usage_perc": (k: number) => 0.1 + k / 100,
    "vllm:prefix_cache_queries_total": (k: number) => k * 100,
    "vllm:prefix_cache_hits_total": (k: number) => k * 75,
    DCGM_FI_DEV_POWER_USAGE: (k: number) => 200 + (k % 5),
    DCGM_FI_DEV_GPU_UTIL: (k: number) => 90 - (k % 7),
  };
  const serverSamples = Array.from({ length: 16 }, (_, k) =>
    Object.entries(gauges).map(([name, value]) => ({ time: START + k / 2, name, labels: "{}", value: value(k) })),
  ).flat();
  const plan = {
    repeat: 1,
    until: null,
    budget: { seconds: 60, repeats: null },
    gpus: null,
    gpuHourCost: null,
    search: null,
  };
  const slo = [readObjective("ttft_p99<500ms"), readObjective("tpot_p50<0.001ms")];
  const run = { config: JSON.stringify({ ...CONFIG, plan: { ...plan, slo } }) };
  recordRun(join(folder, "benchmark_data.db"), { ...mixedRun(200), serverSamples, run });
  const { code, err } = await workspace.plumb(["report", "served", "--html", "served.html"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return workspace.join("served.html");
}

describe("the file", () => {
  test("stands in every run's folder, unless --no-html says otherwise; report --html makes it again", async () => {
    using mock = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "4");
    const run = ["--url", mock.url, "--model", "mock", "--no-test-connection", "-n", "3"];
    const { folder } = await workspace.run(...run);
    const page = workspace.join(folder, "report.html");
    expect(statSync(page).size).toBeWithin(50_000, 400_000);
    const without = workspace.join((await workspace.run(...run, "--no-html")).folder);
    expect(existsSync(join(without, "report.html"))).toBe(false);
    const again = await workspace.plumb(["report", without, "--html"]);
    expect(again).toEqual({ out: `${without}/report.html\n`, err: "", code: 0 });
    expect(readFileSync(join(without, "report.html"), "utf8")).toStartWith("<!doctype html>");
  });

  test("what is wrong is said in a line", async () => {
    const folder = "wrong";
    mkdirSync(workspace.join(folder));
    recordRun(workspace.join(folder, "benchmark_data.db"), mixedRun(10));
    expect(await workspace.plumb(["report", folder, "--html", "no/such/folder.html"])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^plumb: cannot write no\/such\/folder\.html: [^\n]*--html FILE[^\n]*\n$/),
    });
    expect((await workspace.plumb(["report", folder, "--html", "--json"])).code).toBe(2);
  });
});

describe.skipIf(!HAS_BROWSER)("in a browser", () => {
  let browser: Browser;
  let pages: { ladder: string; mixed: string; served: string };
  beforeAll(async () => {
    browser = await Browser.start();
    pages = { ladder: await ladder(), mixed: await mixed(), served: await served() };
  }, 60_000);
  afterAll(() => browser[Symbol.asyncDispose]());

  /** Titles of charts on whose canvas less than some hundred pixels have a colour. */
  const EMPTY = `[...document.querySelectorAll("figure.chart")].filter((figure) => {
    const canvas = figure.querySelector("canvas");
    if (canvas === null) return true;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let colored = 0;
    for (let i = 0; i < data.length; i += 4) {
      const spread = Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
      if (data[i + 3] > 100 && spread > 60) colored++;
    }
    return colored < 50;
  }).map((figure) => figure.querySelector("h3").textContent)`;
  const headings = () => browser.evaluate<string[]>(`[...document.querySelectorAll("h2")].map((h) => h.textContent)`);

  for (const [name, scheme] of [
    ["ladder", "light"],
    ["mixed", "dark"],
    ["served", "light"],
  ] as const) {
    test(`${name}, ${scheme}: every chart is drawn, nothing is complained of, nothing leaves the page`, async () => {
      await browser.open(pages[name], WIDE, scheme);
      expect(await browser.evaluate<number>(`document.querySelectorAll("figure.chart canvas").length`)).toBeGreaterThan(
        14,
      );
      expect(await browser.evaluate<string[]>(EMPTY)).toEqual([]);
      expect(browser.complaints).toEqual([]);
      expect(browser.requests.filter((url) => !url.startsWith("data:"))).toEqual([Bun.pathToFileURL(pages[name]).href]);
    });
  }

  test("a ladder has its chart of throughput and latency, another run its turns and errors", async () => {
    await browser.open(pages.ladder, WIDE);
    expect(await headings()).toContain("Throughput and latency");
    await browser.open(pages.mixed, WIDE);
    const shown = await headings();
    expect(shown).toEqual(
      expect.arrayContaining(["Turns", "Errors", "Slowest and failed requests", "What the figures mean"]),
    );
    expect(shown).not.toContain("Throughput and latency");
  });

  test("what the server said of itself lies beside the client's charts, on their axis; goodput in the headline", async () => {
    const charts = () =>
      browser.evaluate<string[]>(`[...document.querySelectorAll("#overTime h3")].map((h) => h.textContent)`);
    const ofServer = ["The server's requests", "The server's cache", "The server's GPUs"];
    await browser.open(pages.mixed, WIDE);
    expect((await charts()).filter((name) => ofServer.includes(name))).toEqual([]);
    await browser.open(pages.served, WIDE);
    expect((await charts()).filter((name) => ofServer.includes(name))).toEqual(ofServer);
    const figures = `[...document.querySelectorAll("#overTime figure")]`;
    await browser.evaluate(`${figures}[0].querySelector(".plot").focus()`);
    await browser.press("+");
    expect(await browser.evaluate<boolean>(`${figures}.every((one) => one.classList.contains("zoomed"))`)).toBe(true);
    const facts = await browser.evaluate<[string, string][]>(
      `[...document.querySelectorAll(".headline > div")].map((one) => [...one.children].map((c) => c.textContent))`,
    );
    expect(facts).toContainEqual(["objectives", "not met: tpot_p50<0.001ms"]);
    expect(facts).toContainEqual(["goodput", expect.stringMatching(/^[\d.]+ requests\/s$/)]);
  });

  test("what a model said is shown as text and does nothing", async () => {
    await browser.open(pages.mixed, WIDE);
    await browser.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
    await browser.evaluate("new Promise((done) => setTimeout(done, 100))");
    const said = await browser.evaluate<string[]>(
      `[...document.querySelectorAll("pre")].map((pre) => pre.textContent)`,
    );
    expect(said).toContain(HOSTILE);
    expect(await browser.evaluate<number>(`document.querySelectorAll("main img, main b").length`)).toBe(0);
    expect(await browser.evaluate<boolean>("window.broken === undefined")).toBe(true);
  });

  test("the switches: language there and back, light and dark", async () => {
    await browser.open(pages.ladder, WIDE);
    const english = await headings();
    await browser.evaluate(`document.getElementById("language").click()`);
    expect(await headings()).toContain("概览");
    expect(await browser.evaluate<string>("document.documentElement.lang")).toBe("zh-CN");
    expect(await browser.evaluate<string[]>(EMPTY)).toEqual([]);
    await browser.evaluate(`document.getElementById("language").click()`);
    expect(await headings()).toEqual(english);
    const background = () => browser.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const choose = (theme: string) =>
      browser.evaluate(`(() => { const choice = document.getElementById("theme"); choice.value = "${theme}";
        choice.dispatchEvent(new Event("change")); })()`);
    const light = await background();
    await choose("dark");
    expect(await background()).not.toBe(light);
    expect(await browser.evaluate<string[]>(EMPTY)).toEqual([]);
    await choose("light");
    expect(await background()).toBe(light);
    expect(browser.complaints).toEqual([]);
  });

  test("the level that is chosen is the one whose distributions are shown", async () => {
    await browser.open(pages.ladder, WIDE);
    const title = () => browser.evaluate<string>(`document.querySelector("#distributions h3").textContent`);
    expect(await title()).toBe("TTFT: histogram, 8 at once");
    await browser.evaluate(`(() => { const choice = document.getElementById("level"); choice.selectedIndex = 0;
      choice.dispatchEvent(new Event("change")); })()`);
    expect(await title()).toBe("TTFT: histogram, 2 at once");
  });

  test("the keyboard moves the cursor, zooms and shows all; a screen reader hears the values with their units", async () => {
    await browser.open(pages.ladder, WIDE);
    const inFlight = `document.querySelectorAll("#overTime figure")[1]`;
    await browser.evaluate(`${inFlight}.querySelector(".plot").focus()`);
    for (let i = 0; i < 4; i++) await browser.press("ArrowRight");
    const spoken = () => browser.evaluate<string>(`${inFlight}.querySelector(".spoken").textContent`);
    expect(await spoken()).toMatch(/^[\d.]+ s, in flight [\d.]+ requests$/);
    expect(await browser.evaluate<string>(`${inFlight}.querySelector(".value").textContent`)).toMatch(/requests$/);
    const zoomed = () => browser.evaluate<number>(`document.querySelectorAll("#overTime figure.zoomed").length`);
    expect(await zoomed()).toBe(0);
    await browser.press("+");
    expect(await zoomed()).toBe(await browser.evaluate<number>(`document.querySelectorAll("#overTime figure").length`));
    await browser.press("Escape");
    expect(await zoomed()).toBe(0);
  });

  test("dragging zooms, the button shows all again, a name in the legend hides its line", async () => {
    await browser.open(pages.ladder, WIDE);
    const figure = `document.querySelector("#distributions figure")`;
    const { x, y, width } = await browser.evaluate<{ x: number; y: number; width: number }>(
      `(() => { ${figure}.scrollIntoView(); const { x, y, width } = ${figure}.querySelector(".u-over").getBoundingClientRect();
        return { x, y, width }; })()`,
    );
    await browser.drag({ x: x + width * 0.3, y: y + 60 }, { x: x + width * 0.7, y: y + 60 });
    const zoomed = () => browser.evaluate<boolean>(`${figure}.classList.contains("zoomed")`);
    expect(await zoomed()).toBe(true);
    await browser.evaluate(`${figure}.querySelector(".reset").click()`);
    expect(await zoomed()).toBe(false);
    await browser.evaluate(`${figure}.querySelector("button.line").click()`);
    expect(await browser.evaluate<string>(`${figure}.querySelector("button.line").ariaPressed`)).toBe("false");
    expect((await browser.evaluate<string[]>(EMPTY))[0]).toStartWith("TTFT: histogram");
  });

  test("each chart has a name, its figures as a table, and is reached by the keyboard", async () => {
    await browser.open(pages.mixed, WIDE);
    const charts = await browser.evaluate<{ label: string; tab: number; rows: number }[]>(
      `[...document.querySelectorAll("figure.chart")].map((figure) => ({
        label: figure.querySelector(".plot").ariaLabel, tab: figure.querySelector(".plot").tabIndex,
        rows: figure.querySelectorAll(".figures tbody tr").length }))`,
    );
    expect(charts.length).toBeGreaterThan(10);
    for (const { label, tab, rows } of charts) {
      expect(label).toMatch(/\w.*\. .*Arrow keys/);
      expect(tab).toBe(0);
      expect(rows).toBeGreaterThan(0);
    }
  });

  test.each([
    [1400, "light"],
    [1400, "dark"],
    [400, "light"],
    [400, "dark"],
  ] as const)(
    "%d pixels wide, %s: nothing is wider than the page",
    async (width, scheme) => {
      const folder = process.env.PLUMB_SCREENSHOTS ?? workspace.temp;
      for (const [name, page] of Object.entries(pages)) {
        await browser.open(page, { width, height: 900 }, scheme);
        const over = await browser.evaluate<number>(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        expect(over).toBeLessThanOrEqual(0);
        await browser.screenshot(join(folder, `${name}-${width}-${scheme}.png`));
      }
    },
    60_000,
  );

  test("printed, it is light whatever the screen is, and afterwards as it was", async () => {
    await browser.open(pages.mixed, WIDE, "dark");
    const background = () => browser.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const dark = await background();
    await browser.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await background()).toBe("rgb(255, 255, 255)");
    expect(await browser.evaluate<string[]>(EMPTY)).toEqual([]);
    await browser.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await background()).toBe(dark);
    const file = workspace.join("printed.pdf");
    await browser.pdf(file);
    expect(readFileSync(file).subarray(0, 5).toString()).toBe("%PDF-");
    expect(await background()).toBe(dark);
  }, 30_000);
});
