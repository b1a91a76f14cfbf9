import type { Distribution, Figures, LevelSummary } from "../../../metrics/summary-model.ts";
import { figure, whole } from "../../figure-text.ts";
import { element } from "./element.ts";
import { numeric, table, text } from "./table.ts";
import { MS, TOKENS } from "./units.ts";
import { say } from "./words.ts";

const COLUMNS = ["mean", "std", "min", "p5", "p25", "p50", "p75", "p90", "p95", "p99", "max"] as const;

/** Figures in the order of their rows; a name that is no word of the text is the same in every language. */
const NAMES = {
  ttft_ms: () => "TTFT",
  ttfa_ms: () => "TTFA",
  tpot_ms: () => "TPOT",
  itl_ms: () => "ITL",
  chunk_gap_ms: () => say("chunkGap"),
  latency_ms: () => say("latency"),
  latency_from_sent_ms: () => say("latencyFromSent"),
  wait_ms: () => say("waitForSlot"),
  client_lag_ms: () => say("clientLag"),
  prompt_tokens: () => say("promptTokens"),
  completion_tokens: () => say("completionTokens"),
} as const;

/** Exact percentiles of one level, of all of it and of its steady window. */
export function percentileTables(level: LevelSummary): HTMLElement {
  const { steady } = level;
  return element(
    "div",
    {},
    percentileTable(say("whole"), level),
    steady === null
      ? element("p", { class: "note" }, say("steadyNone"))
      : element("details", {}, element("summary", {}, say("steady")), percentileTable(say("steady"), steady)),
  );
}

function percentileTable(caption: string, figures: Figures): HTMLElement {
  const columns = [
    text(say("metric")),
    text(say("unit")),
    ...COLUMNS.map((name) =>
      numeric(name === "mean" || name === "std" || name === "min" || name === "max" ? say(name) : name),
    ),
  ];
  const rows = Object.entries(NAMES).flatMap(([key, name]) => {
    const distribution: Distribution | null = figures[key as keyof typeof NAMES];
    if (distribution === null) return [];
    const tokens = key.endsWith("tokens");
    const show = (column: (typeof COLUMNS)[number], value: number | null) =>
      tokens && column !== "mean" && column !== "std" && value !== null ? whole(value) : figure(value);
    const cells = COLUMNS.map((column) => show(column, distribution[column]));
    return [[name(), tokens ? TOKENS.name : MS.name, ...cells]];
  });
  return table(caption, columns, rows);
}
