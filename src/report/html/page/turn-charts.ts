import type { TurnFigures } from "../../../metrics/series-model.ts";
import { chart } from "./chart.ts";
import type { ChartSpec, Line, Values } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import type { Color } from "./palette.ts";
import { MS, PERCENT, TOKENS, type Unit } from "./units.ts";
import { say } from "./words.ts";

/** Conversations by turn; null where there was only one. */
export function turnCharts(turns: TurnFigures[]): HTMLElement | null {
  if (turns.length < 2) return null;
  const base: Pick<ChartSpec, "x" | "xs"> = {
    x: { label: say("turn"), unit: { name: "", show: (turn) => `${say("turn")} ${turn}` }, whole: true },
    xs: turns.map(({ turn }) => turn),
  };
  const latencies: ChartSpec = {
    ...base,
    title: say("turnLatency"),
    note: say("turnNote"),
    y: { label: say("latency"), unit: MS },
    lines: [
      line(
        "TTFT p50",
        "blue",
        turns.map((turn) => turn.ttftP50Ms),
        MS,
      ),
      {
        ...line(
          "TTFT p90",
          "blue",
          turns.map((turn) => turn.ttftP90Ms),
          MS,
        ),
        dashed: true,
      },
      line(
        `${say("latency")} p50`,
        "orange",
        turns.map((turn) => turn.latencyP50Ms),
        MS,
      ),
      {
        ...line(
          `${say("latency")} p90`,
          "orange",
          turns.map((turn) => turn.latencyP90Ms),
          MS,
        ),
        dashed: true,
      },
    ],
  };
  return section(
    "turns",
    say("turns"),
    element("div", { class: "charts" }, chart(latencies), chart(prompts(base, turns))),
  );
}

function prompts(base: Pick<ChartSpec, "x" | "xs">, turns: TurnFigures[]): ChartSpec {
  const rates = turns.map(({ cacheHitRate }) => (cacheHitRate === null ? null : cacheHitRate * 100));
  const spec: ChartSpec = {
    ...base,
    title: say("turnPrompt"),
    note: say("turnNote"),
    y: { label: say("promptMean"), unit: TOKENS },
    lines: [
      line(
        say("promptMean"),
        "purple",
        turns.map((turn) => turn.promptTokens),
        TOKENS,
      ),
    ],
  };
  if (rates.every((rate) => rate === null)) return spec;
  spec.right = { label: say("cacheHitRate"), unit: PERCENT, range: [0, 101], most: 100 };
  spec.lines.push({ ...line(say("cacheHitRate"), "green", rates, PERCENT), right: true });
  return spec;
}

function line(label: string, color: Color, values: Values, unit: Unit): Line {
  return { label, color, values, unit, shape: "line", dots: true };
}
