import type { ServerOverTime } from "../../../metrics/series-model.ts";
import type { Axis, ChartSpec, Line, Values } from "./chart-spec.ts";
import type { Color } from "./palette.ts";
import { PERCENT, REQUESTS, type Unit, WATTS } from "./units.ts";
import { say } from "./words.ts";

const SHARE: Omit<Axis, "label"> = { unit: PERCENT, range: [0, 100.5], most: 100 };

/** What the server said of itself, on the axis of the client's own charts. */
export function serverSpecs(
  base: Pick<ChartSpec, "x" | "xs" | "group" | "bands">,
  server: ServerOverTime,
  bin: string,
): ChartSpec[] {
  const specs = [requestSpec(server), cacheSpec(server), gpuSpec(server)];
  return specs.map((spec) => ({
    ...base,
    ...spec,
    note: say("serverNote", bin),
    lines: spec.lines.filter(({ values }) => isRead(values)),
  }));
}

type OfServer = Pick<ChartSpec, "title" | "y" | "right" | "lines">;

function requestSpec({ running, waiting }: ServerOverTime): OfServer {
  return {
    title: say("serverRequests"),
    y: { label: "", unit: REQUESTS },
    lines: [
      readings(say("serverRunning"), "purple", running, REQUESTS),
      readings(say("serverWaiting"), "orange", waiting, REQUESTS),
    ],
  };
}

function cacheSpec({ kvCacheUse, prefixHitRate }: ServerOverTime): OfServer {
  return {
    title: say("serverCache"),
    y: { label: "", ...SHARE },
    lines: [
      readings(say("kvCacheUse"), "blue", percents(kvCacheUse), PERCENT),
      readings(say("prefixHitRate"), "green", percents(prefixHitRate), PERCENT),
    ],
  };
}

function gpuSpec({ gpuPowerW, gpuUse }: ServerOverTime): OfServer {
  const title = say("serverGpu");
  const power = readings(say("gpuPower"), "teal", gpuPowerW, WATTS);
  const use = readings(say("gpuUse"), "orange", percents(gpuUse), PERCENT);
  const ofPower: Axis = { label: say("gpuPower"), unit: WATTS };
  const ofUse: Axis = { label: say("gpuUse"), ...SHARE };
  // An axis without a line of its own would have no scale.
  if (!isRead(gpuUse)) return { title, y: ofPower, lines: [power] };
  if (!isRead(gpuPowerW)) return { title, y: ofUse, lines: [use] };
  return { title, y: ofPower, right: ofUse, lines: [power, { ...use, right: true }] };
}

function isRead(values: Values): boolean {
  return values.some((value) => value !== null);
}

function percents(shares: Values): Values {
  return shares.map((share) => (share === null ? null : share * 100));
}

/** Readings are seconds apart, so that a short run has few of them: dots then. */
export function readings(label: string, color: Color, values: Values, unit: Unit): Line {
  const count = values.filter((value) => value !== null).length;
  return { label, color, values: [...values, null], unit, shape: "line", dots: count < 30 };
}
