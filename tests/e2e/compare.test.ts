import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";

const LOAD = ["--parallel", "2", "--number", "40", "--no-timestamp"];

test("compare, gate and ls tell a slower service from its runs", async () => {
  using fast = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "10");
  using slow = await Mock.start("--ttft", "60", "--itl", "2", "--tokens", "10");
  using work = new Workspace();
  for (const i of [1, 2, 3]) {
    await work.run("--url", fast.url, ...LOAD, "--name", `fast${i}`);
    await work.run("--url", slow.url, ...LOAD, "--name", `slow${i}`);
  }
  const runs = (name: string) => [1, 2, 3].map((i) => `outputs/${name}${i}`);

  const compared = await work.plumb(["compare", `old=${runs("fast").join()}`, `new=${runs("slow").join()}`, "--json"]);
  expect(compared.code).toBe(0);
  const { sides, levels, configuration } = JSON.parse(compared.out);
  expect(sides.map(({ label }: { label: string }) => label)).toEqual(["old", "new"]);
  const ttft = levels[0].figures.find(({ figure }: { figure: string }) => figure === "ttft_p50");
  expect(ttft.differences[0]).toMatchObject({ answer: "worse", basis: "runs" });
  expect(configuration.map(({ option }: { option: string }) => option)).toEqual(["url"]);

  const rules = ["--fail-if", "ttft_p50>+50%", "success_rate<100%"];
  const files = ["--junit", "gate.xml", "--markdown", "gate.md"];
  const failed = await work.plumb(["gate", ...runs("slow"), "--baseline", ...runs("fast"), ...rules, ...files]);
  // A machine busy enough to shape the figures makes a change no proof; the limit on success holds all the same.
  if (failed.code === 1) expect(failed.out).toContain("gate failed");
  else expect(failed.out).toContain("plumb's own machine shaped the figures");
  expect(readFileSync(work.join("gate.xml"), "utf8")).toContain('tests="2"');
  expect(readFileSync(work.join("gate.md"), "utf8")).toContain("## plumb gate:");
  const limit = await work.plumb(["gate", "outputs/fast1", "--fail-if", "success_rate<90%"]);
  expect({ code: limit.code, out: limit.out }).toMatchObject({ code: 0, out: expect.stringContaining("gate passed") });

  const listed = await work.plumb(["ls", "--json"]);
  expect(
    JSON.parse(listed.out)
      .map(({ path }: { path: string }) => path)
      .sort(),
  ).toEqual([...runs("fast"), ...runs("slow")]);
  expect((await work.plumb(["ls"])).out).toContain("outputs/slow3");
});

test("mistakes are told in a line", async () => {
  using work = new Workspace();
  const wrong = async (...args: string[]) => {
    const { err, code } = await work.plumb(args);
    expect(code).toBe(2);
    return err;
  };
  expect(await wrong("compare", "one")).toContain("name two runs");
  expect(await wrong("compare", "one", "two")).toContain("no such file or folder: one");
  expect(await wrong("gate", "one")).toContain("--fail-if is missing");
  expect(await wrong("gate", "one", "--fail-if", "tfft_p99>+1%")).toContain("did you mean");
  expect(await wrong("ls", "nowhere")).toContain("no folder nowhere");
  expect(await wrong("ab", "http://localhost")).toContain("name two services");
  expect(await wrong("ab", "http://localhost", "http://localhost", "--parallel", "1,2")).toContain("one load");
});
