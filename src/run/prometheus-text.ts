/** One line of a metrics page. */
export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Lines longer than this are passed over: no server's are, and a hostile one costs nothing. */
const LONGEST_LINE = 16_384;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
/** The pairs of one label set, one after the other; a value may hold any character, with \\, \" and \n escaped. */
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*(?:,|(?=\}))/y;
const ESCAPES: Record<string, string> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/**
 * Prometheus' text format 0.0.4, and as much of OpenMetrics as looks like it: timestamps and exemplars are passed over.
 * A line that cannot be read is left out, and the rest counts: what a load tester does not understand is no failure.
 * @param wanted by its name; others are not read on, for a page may have thousands of buckets
 */
export function* parsePrometheus(text: string, wanted: (name: string) => boolean): Iterable<Series> {
  for (const line of text.split("\n")) {
    if (line.length > LONGEST_LINE || line.startsWith("#")) continue;
    const name = NAME.exec(line)?.[0];
    if (name === undefined || !wanted(name)) continue;
    const series = parseLine(name, line);
    if (series !== null) yield series;
  }
}

function parseLine(name: string, line: string): Series | null {
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === "{") {
    LABEL.lastIndex = at + 1;
    for (let label = LABEL.exec(line); label !== null; label = LABEL.exec(line)) {
      at = LABEL.lastIndex;
      // A null prototype would not survive; a label named __proto__ is no label that anyone means.
      if (label[1] !== "__proto__") labels[label[1]!] = label[2]!.replace(/\\[n"\\]/g, (pair) => ESCAPES[pair]!);
    }
    if (at === name.length) at++;
    while (line[at] === " ") at++;
    if (line[at] !== "}") return null;
    at++;
  } else if (!/[ \t]/.test(line[at] ?? "")) return null;
  const value = readValue(line.slice(at).trim().split(/[ \t]/, 1)[0] ?? "");
  return value === null ? null : { name, labels, value };
}

/** null: not a number, infinite ones too: no figure is made from them. */
function readValue(text: string): number | null {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
