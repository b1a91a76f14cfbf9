/** Figures as the live view writes them: three digits that count, because the next frame has others. */

/** Made once: a format costs more than what it formats. */
const NUMBERS = new Intl.NumberFormat("en-US");

/** 12345 -> "12,345" */
export function whole(n: number): string {
  return NUMBERS.format(Math.round(n));
}

/** 12345 -> "12.3k"; null -> "-" */
export function short(n: number | null): string {
  if (n === null) return "-";
  if (n < 99.95) return n.toFixed(1);
  if (n < 999.5) return n.toFixed(0);
  if (n < 999_500) return `${(n / 1e3).toPrecision(3)}k`;
  if (n < 999_500_000) return `${(n / 1e6).toPrecision(3)}M`;
  return `${(n / 1e9).toFixed(1)}G`;
}

/** Milliseconds with their unit: "8.3 ms", "840 ms", "12.4 s". */
export function latency(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 9_999.5) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Seconds as a person says them: "38s", "1m 02s", "2h 05m". */
export function span(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}s`;
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}m ${two(s % 60)}s` : `${Math.floor(s / 3600)}h ${two((s % 3600) / 60)}m`;
}
