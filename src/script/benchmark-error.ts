/** What goes wrong with a script's `runBenchmark`, at the place in the script that called it. */
export class BenchmarkError extends Error {
  override name = "BenchmarkError";

  /** @param place the stack of the call; plumb's own frames would say nothing to the script's author */
  constructor(message: string, place: { stack?: string }, options?: { cause?: unknown }) {
    super(message, options);
    const frames = place.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
    this.stack = [`${this.name}: ${message}`, ...frames].join("\n");
  }
}
