import { UserError } from "./user-error.ts";

const UNITS: Record<string, number> = { ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds, of `500ms`, `60s`, `2m`, `1h` or plain seconds. @throws UserError */
export function readDuration(text: string): number {
  const match = /^(\d+\.?\d*|\.\d+)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new UserError(`"${text}" is no duration: write 60s, 2m, 1h or 500ms`, 2);
  return Number(match[1]) * UNITS[match[2] ?? "s"]!;
}
