import type { Distribution, Figures, LevelSummary } from "../../../metrics/summary-model.ts";
import { figure, whole } from "../../figure-text.ts";
import { element } from "./element.ts";
import { numeric, table, text } from "./table.ts";
import { say, spokenLanguage } from "./words.ts";

const COLUMNS = ["mean", "std", "min", "p5", "p25", "p50", "p75", "p90", "p95", "p99", "max"] as const;

const NAMES = {
  ttft_ms: ["TTFT", "TTFT"],
  ttfa_ms: ["TTFA", "TTFA"],
  tpot_ms: ["TPOT", "TPOT"],
  itl_ms: ["ITL", "ITL"],
  chunk_gap_ms: ["chunk gap", "块间隔"],
  latency_ms: ["latency", "延迟"],
  latency_from_sent_ms: ["latency from sent", "自发送起的延迟"],
  wait_ms: ["wait for a slot", "等待空位"],
  client_lag_ms: ["client lag", "客户端迟滞"],
  prompt_tokens: ["prompt tokens", "提示 token"],
  completion_tokens: ["completion tokens", "输出 token"],
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
  const rows = Object.entries(NAMES).flatMap(([key, [english, chinese]]) => {
    const distribution: Distribution | null = figures[key as keyof typeof NAMES];
    if (distribution === null) return [];
    const tokens = key.endsWith("tokens");
    const show = (name: (typeof COLUMNS)[number], value: number | null) =>
      tokens && name !== "mean" && name !== "std" && value !== null ? whole(value) : figure(value);
    const cells = COLUMNS.map((name) => show(name, distribution[name]));
    return [[spokenLanguage() === "zh" ? chinese : english, tokens ? "tokens" : "ms", ...cells]];
  });
  return table(caption, columns, rows);
}
