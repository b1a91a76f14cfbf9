/** One load whose cost and truth are measured. */
export interface BenchCase {
  name: string;
  parallel: number;
  number: number;
  /** Tokens, and so chunks, of a reply. */
  tokens: number;
  /** Of the server, milliseconds. */
  ttft: number;
  itl: number;
  transport: "fetch" | "socket";
  record: "full" | "text" | "metrics";
}

type Load = Pick<BenchCase, "name" | "parallel" | "number" | "tokens" | "ttft" | "itl">;

/** About ten seconds each, so that starting up weighs little. */
const LOADS: Load[] = [
  { name: "c16", parallel: 16, number: 1600, tokens: 50, ttft: 50, itl: 1 },
  { name: "c64", parallel: 64, number: 6400, tokens: 50, ttft: 50, itl: 1 },
  { name: "c1000", parallel: 1000, number: 6000, tokens: 50, ttft: 500, itl: 20 },
  { name: "c4000", parallel: 4000, number: 12_000, tokens: 50, ttft: 1000, itl: 80 },
  { name: "c10000", parallel: 10_000, number: 20_000, tokens: 50, ttft: 2000, itl: 200 },
  { name: "rps", parallel: 64, number: 40_000, tokens: 1, ttft: 0, itl: 0 },
];

/** Both transports, everything recorded; at 64 at once the other ways to record too. */
export function benchCases(only: string[]): BenchCase[] {
  const cases = LOADS.flatMap((load) =>
    (["fetch", "socket"] as const).flatMap((transport) => {
      const records = load.name === "c64" ? (["full", "text", "metrics"] as const) : (["full"] as const);
      return records.map((record): BenchCase => ({ ...load, transport, record }));
    }),
  );
  return only.length === 0 ? cases : cases.filter(({ name }) => only.includes(name));
}
