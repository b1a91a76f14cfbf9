import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import type { ReportData } from "../../src/report/html/report-data.ts";
import { htmlPath, makeHtml, saveHtml } from "../../src/report/html/save-html.ts";
import { type MadeRun, mixedRun, recordRun, request, temporaryFolder } from "./record-fixture.ts";

const HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>\u202eevil";

async function pageOf(made: MadeRun): Promise<string> {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return await makeHtml(reader, summarise(reader));
}

function dataIn(html: string): ReportData {
  return JSON.parse(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)![1]!) as ReportData;
}

describe("report.html", () => {
  test("what a model said is data: it ends no script, and it is there word for word", async () => {
    const failing = { ending: { ok: false, kind: "http_5xx", message: HOSTILE } } as const;
    const texts = { request: JSON.stringify({ prompt: HOSTILE }), outputText: HOSTILE };
    const html = await pageOf({ requests: [request({ id: 1, at: 0, ...failing, payload: texts })] });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain("<img");
    const [failed] = dataIn(html).series.failed;
    expect(failed!.output).toBe(HOSTILE.replace("\u202e", "\\u202e"));
    expect(failed!.error).toContain("onerror=alert(1)");
  });

  test("the policy names this very script and style, and lets nothing be fetched", async () => {
    const html = await pageOf(mixedRun(40));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    for (const [name, text] of [
      ["script-src", /<script>([\s\S]*)<\/script>\n<\/body>/.exec(html)![1]!],
      ["style-src", /<style>([\s\S]*?)<\/style>/.exec(html)![1]!],
    ] as const) {
      const hash = new Bun.CryptoHasher("sha256").update(text).digest("base64");
      expect(policy).toContain(`${name} 'sha256-${hash}'`);
    }
    expect(html).not.toMatch(/(?:src|href)="(?!data:|#)/);
    expect(html).toContain("Copyright (c) 2022 Leon Sorokin");
  });

  test("says what every figure means, and holds the configuration and the machine", async () => {
    const data = dataIn(await pageOf(mixedRun(40)));
    expect(data.definitions.find(({ key }) => key === "chunk_gap_ms")!.formula).toContain("undivided");
    expect(data.machine.cores).toBe(4);
    expect(data.summary.config.levels).toMatchObject([{ parallel: 4, number: 40 }]);
    expect(Object.keys(data.errorKinds).sort()).toEqual(["http_5xx", "reset"]);
  });

  test("lies beside the database; where it cannot be written a run hears of it and goes on", async () => {
    using folder = temporaryFolder();
    recordRun(folder.file, mixedRun(20));
    using reader = openRun(folder.file);
    const summary = summarise(reader);
    const notices: string[] = [];
    await saveHtml(folder.file, summary, (line) => notices.push(line));
    expect(notices).toEqual([]);
    expect(readFileSync(htmlPath(folder.file), "utf8")).toStartWith("<!doctype html>");
    await saveHtml(`${folder.path}/none/benchmark_data.db`, summary, (line) => notices.push(line));
    expect(notices).toEqual([expect.stringMatching(/^cannot write .*report\.html: .*plumb report RUN --html/)]);
  });
});
