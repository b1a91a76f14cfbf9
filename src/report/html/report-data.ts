import type { RunSeries } from "../../metrics/series-model.ts";
import type { Summary } from "../../metrics/summary-model.ts";

/** One figure's meaning, as src/metrics/definitions.ts says it. */
export interface Definition {
  key: string;
  name: string;
  unit: string;
  formula: string;
  source: string;
}

/** The data inside report.html: all that the page shows comes from here. */
export interface ReportData {
  summary: Summary;
  series: RunSeries;
  versions: { plumb: string; bun: string };
  machine: { os: string; cpu: string; cores: number; memoryMb: number; hostname: string };
  definitions: Definition[];
  /** Kinds of failure that the run had: what they mean, and what to look at. */
  errorKinds: Record<string, { means: string; look: string }>;
  /** Whether the record keeps what was said. */
  keepsText: boolean;
}
