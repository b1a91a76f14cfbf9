import { METRICS } from "../../metrics/definitions.ts";
import { ERROR_KINDS } from "../../metrics/error-kinds.ts";
import { readSeries } from "../../metrics/series.ts";
import type { NotedRequest } from "../../metrics/series-model.ts";
import type { Summary } from "../../metrics/summary-model.ts";
import type { RunReader } from "../../record/reader.ts";
import { escaped } from "../printable.ts";
import type { ReportData } from "./report-data.ts";

/** Reads from the file what the page shows beside the summary. */
export function gatherData(reader: RunReader, summary: Summary): ReportData {
  const { versions, machine } = reader.run();
  const series = readSeries(reader);
  const kinds = Object.entries(ERROR_KINDS).filter(([kind]) => Object.hasOwn(summary.requests.by_error, kind));
  return {
    summary,
    series: { ...series, slowest: series.slowest.map(harmless), failed: series.failed.map(harmless) },
    versions,
    machine,
    definitions: METRICS.map(({ key, name, unit, formula, source }) => ({ key, name, unit, formula, source })),
    errorKinds: Object.fromEntries(kinds),
    keepsText: summary.config.record !== "metrics",
  };
}

/** The page shows text as text alone; what is left are characters that would make it read other than it is. */
function harmless(request: NotedRequest): NotedRequest {
  const { error, request: asked, output } = request;
  return { ...request, error: visible(error), request: visible(asked), output: visible(output) };
}

function visible(text: string | null): string | null {
  return text === null ? null : text.split("\n").map(escaped).join("\n");
}
