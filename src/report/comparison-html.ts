import type { ComparedLevel, Comparison } from "../compare/comparison-model.ts";
import type { Curve, OverlaidCurves } from "../compare/distribution-curves.ts";
import { answerText, differenceText, intervalText, nameWithUnit, withoutUnit } from "./figure-change.ts";
import { figure as shown } from "./figure-text.ts";
import { type Language, type Say, speaker } from "./language.ts";
import { escaped } from "./printable.ts";

/** Colours that people of any colour vision can tell apart (Okabe and Ito 2008). */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const BOX = { width: 560, height: 260, left: 48, bottom: 32, top: 10, right: 10 };
const SHARES = [0, 0.25, 0.5, 0.75, 0.9, 0.99];

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:1200px;padding:0 1em}
.scroll{overflow-x:auto;margin:1em 0}table{border-collapse:collapse}
td,th{padding:.2em .8em;text-align:right;white-space:nowrap;border-bottom:1px solid #8884}
td:first-child,td:last-child,th:first-child,th:last-child{text-align:left}
.worse{color:light-dark(#b11,#f77)}.better{color:light-dark(#171,#7c7)}.inconclusive{color:light-dark(#850,#db5)}
figure{display:inline-block;margin:0 1em 1em 0}svg{width:${BOX.width}px;max-width:100%}
text{font-size:11px;fill:currentColor}line{stroke:#8885}polyline{fill:none;stroke-width:2}`;

/** A page that needs nothing else, and runs no script: the tables of a comparison and its sides' curves overlaid. */
export function comparisonHtml(comparison: Comparison, curves: OverlaidCurves[], language: Language = "en"): string {
  const say = speaker(language);
  const { sides, levels, notes, configuration } = comparison;
  const labels = sides.map(({ label }) => label);
  const legend = labels.map((label, i) => `<b style="color:${colorOf(i)}">${safe(label)}</b>`).join(", ");
  const differs = configuration.map(({ option, values }) =>
    row("td", [option, ...values.map((value) => value ?? "-")]),
  );
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${safe(labels.join(", "))} - plumb compare</title>
<style>${STYLE}</style>
</head>
<body>
<h1>plumb compare: ${legend}</h1>
${differs.length === 0 ? "" : `<h2>${say("What differs in configuration")}</h2>${table([row("th", ["", ...labels]), ...differs])}`}
${levels.map((level) => levelSection(level, labels, curves, say)).join("\n")}
<ul>${notes.map((note) => `<li>${safe(say.sentence(note))}</li>`).join("")}</ul>
</body>
</html>
`;
}

function levelSection({ load, figures }: ComparedLevel, labels: string[], curves: OverlaidCurves[], say: Say): string {
  const tables = labels.slice(1).map((label, i) => {
    const rows = figures.map(({ figure, unit, values, differences }) => {
      const difference = differences[i]!;
      const { interval, scale, answer } = difference;
      const cells = [
        nameWithUnit(figure, unit),
        withoutUnit(values[0]!, unit),
        withoutUnit(values[i + 1]!, unit),
        differenceText(difference, say),
        interval === null ? "-" : intervalText(interval, scale, say),
      ];
      const last = `<td class="${answer}">${safe(answerText(difference, say))}</td>`;
      return `<tr>${cells.map((cell) => `<td>${safe(cell)}</td>`).join("")}${last}</tr>`;
    });
    return table([row("th", ["", labels[0]!, label, say("change"), say("interval"), say("answer")]), ...rows]);
  });
  const own = curves.filter((one) => one.load === load).map((one) => chart(one, say));
  return `<h2>${safe(say("Load {load}", { load }))}</h2>\n${tables.join("\n")}\n${own.join("\n")}`;
}

/** Share of requests over time, the time on a logarithmic axis. */
function chart({ figure, curves }: OverlaidCurves, say: Say): string {
  const all = curves.flat().map(({ ms }) => ms);
  const [low, high] = [Math.log(all.reduce((a, b) => Math.min(a, b))), Math.log(all.reduce((a, b) => Math.max(a, b)))];
  const span = Math.max(high - low, 1e-3);
  const x = (ms: number) => BOX.left + ((Math.log(ms) - low) / span) * (BOX.width - BOX.left - BOX.right);
  const y = (share: number) => BOX.height - BOX.bottom - share * (BOX.height - BOX.bottom - BOX.top);
  const point = (ms: number, share: number) => `${x(ms).toFixed(1)},${y(share).toFixed(1)}`;
  const lines = curves.map((curve, i) => `<polyline stroke="${colorOf(i)}" points="${stepped(curve, point)}"/>`);
  const shares = SHARES.map((share) => {
    const at = y(share).toFixed(1);
    const line = `<line x1="${BOX.left}" x2="${BOX.width - BOX.right}" y1="${at}" y2="${at}"/>`;
    return `${line}<text x="4" y="${at}">${100 * share}%</text>`;
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const ms = Math.exp(low + part * span);
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    return `<text x="${x(ms).toFixed(1)}" y="${BOX.height - 10}" text-anchor="${anchor}">${shown(ms)} ms</text>`;
  });
  const name = figure.replace(/_ms$/, "").replaceAll("_", " ");
  const svg = `<svg viewBox="0 0 ${BOX.width} ${BOX.height}" role="img" aria-label="${name}">${[...shares, ...times, ...lines].join("")}</svg>`;
  return `<figure><figcaption>${safe(say("{figure}: share that took at most so long", { figure: name }))}</figcaption>${svg}</figure>`;
}

function stepped(curve: Curve, point: (ms: number, share: number) => string): string {
  return curve.flatMap(({ ms, share }, i) => [point(ms, curve[i - 1]?.share ?? 0), point(ms, share)]).join(" ");
}

function colorOf(side: number): string {
  return COLORS[side % COLORS.length]!;
}

/** Scrolls by itself where it is wider than the page; focusable, so that the keyboard can. */
function table(rows: string[]): string {
  return `<div class="scroll" tabindex="0"><table>${rows.join("")}</table></div>`;
}

function row(tag: "td" | "th", cells: string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${safe(cell)}</${tag}>`).join("")}</tr>`;
}

function safe(text: string): string {
  return escaped(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
