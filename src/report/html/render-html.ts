import { createHash } from "node:crypto";
import { bundlePage } from "./bundle-page.ts" with { type: "macro" };
import type { ReportData } from "./report-data.ts";

const PAGE = await bundlePage();

/**
 * The whole page as one text that needs nothing else. Its policy lets exactly this script and this style run and
 * nothing be fetched; what servers and models said is data, which the script puts into the page as text.
 */
export function renderHtml(data: ReportData): string {
  const script = PAGE.script.replaceAll("</script", "<\\/script");
  const policy = [
    "default-src 'none'",
    `script-src '${hashed(script)}'`,
    `style-src '${hashed(PAGE.style)}'`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${inMarkup(`${data.summary.config.name} - plumb`)}</title>
<style>${PAGE.style}</style>
</head>
<body>
<!-- Charts are drawn by uPlot. ${PAGE.licence.replaceAll("--", "- -")} -->
<noscript>This report draws its charts by JavaScript. summary.json beside it holds the same figures.</noscript>
<div id="page"></div>
<script type="application/json" id="data">${inScript(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that no text in it can end early: a `<` would have to begin any tag, and is an escape in here. */
function inScript(data: ReportData): string {
  return JSON.stringify(data, shortNumber).replaceAll("<", "\\u003c");
}

/** Six digits that count are more than any chart shows. Whole numbers and times stay exact. */
function shortNumber(_key: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isInteger(value) || Math.abs(value) > 1e6) return value;
  return Number(value.toPrecision(6));
}

function inMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function hashed(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
