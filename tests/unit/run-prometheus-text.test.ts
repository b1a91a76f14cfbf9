import { expect, test } from "bun:test";
import fc from "fast-check";
import { parsePrometheus } from "../../src/run/prometheus-text.ts";

const all = () => true;
const parse = (text: string) => [...parsePrometheus(text, all)];

test("names, labels, values; comments, timestamps and exemplars are passed over", () => {
  const page = [
    "# HELP vllm:num_requests_running Number of requests",
    "# TYPE vllm:num_requests_running gauge",
    'vllm:num_requests_running{engine="0",model_name="a/b"} 12.0',
    "plain 3",
    "with_time 1.5e3 1700000000000",
    'trailing{a="1",} -2',
    "empty{} +4",
    'spaced { a = "x" , b = "y" } 5',
    'exemplar_total{le="0.1"} 7 # {trace_id="abc"} 0.05',
    'escaped{path="C:\\\\dir\\n\\"q\\"}, {"} 1',
    "windows 6\r",
    "# EOF",
  ].join("\n");
  expect(parse(page)).toEqual([
    { name: "vllm:num_requests_running", labels: { engine: "0", model_name: "a/b" }, value: 12 },
    { name: "plain", labels: {}, value: 3 },
    { name: "with_time", labels: {}, value: 1500 },
    { name: "trailing", labels: { a: "1" }, value: -2 },
    { name: "empty", labels: {}, value: 4 },
    { name: "exemplar_total", labels: { le: "0.1" }, value: 7 },
    { name: "escaped", labels: { path: 'C:\\dir\n"q"}, {' }, value: 1 },
    { name: "windows", labels: {}, value: 6 },
  ]);
});

test.each([
  "",
  "name",
  "name ",
  "name NaN",
  "name +Inf",
  "name 0x10",
  "name 1_000",
  'open{a="1" 3',
  'open{a="1 3',
  'junk{a="1"b} 3',
  "unquoted{a=1} 3",
  "9name 3",
  "<html><body>502</body></html>",
])("no series: %p", (line) => {
  expect(parse(line)).toEqual([]);
});

test("a line that cannot be read leaves the others alone, and a page may name what every object has", () => {
  expect(parse('a 1\nb{ 2\nc{__proto__="x",constructor="y"} 3')).toEqual([
    { name: "a", labels: {}, value: 1 },
    { name: "c", labels: { constructor: "y" }, value: 3 },
  ]);
});

test("a line as long as no server's is passed over", () => {
  expect(parse(`long{a="${"x".repeat(20_000)}"} 1\nshort 1`).map(({ name }) => name)).toEqual(["short"]);
});

test("only what is wanted is read", () => {
  expect([...parsePrometheus("a 1\nb 2", (name) => name === "b")].map(({ name }) => name)).toEqual(["b"]);
});

test("what was written is read back, and anything at all is borne", () => {
  const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
  const label = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  fc.assert(
    fc.property(
      name,
      fc.dictionary(label, fc.string(), { maxKeys: 4 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (n, labels, value) => {
        const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
        const [series] = parse(`${n}{${pairs.join(",")}} ${value}`);
        expect(series).toEqual({ name: n, labels: { ...labels }, value: value + 0 });
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a{}=",\\ 1\n#') })), { maxLength: 20 }),
      (lines) => {
        for (const { value } of parse(lines.join("\n"))) expect(Number.isFinite(value)).toBe(true);
      },
    ),
  );
});
