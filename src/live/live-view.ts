import { ENGLISH_SAY, type Say } from "../report/language.ts";
import { Pace } from "./pace.ts";
import { panelLines } from "./panel.ts";
import { plainLine } from "./plain-line.ts";
import type { Progress } from "./progress.ts";
import { type LiveStream, TerminalBlock } from "./terminal-block.ts";

export interface LiveOptions {
  color: boolean;
  /** Seconds between two lines where there is no terminal to redraw on. */
  plainEveryS: number;
  /** What TERM, CI, NO_COLOR and the locale are read from. */
  environment?: Record<string, string | undefined>;
  /** Absent: English. */
  say?: Say;
}

const REDRAW_S = 0.1;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Shows a run while it goes on: a panel on a terminal, a line now and then elsewhere (and with TERM=dumb, and in CI). */
export class LiveView {
  readonly #stream: LiveStream;
  readonly #block: TerminalBlock | null;
  readonly #style: { color: boolean; unicode: boolean; say: Say };
  readonly #everyMs: number;
  readonly #pace = new Pace();
  #latest: Progress | null = null;
  /** Whether `#latest` waits to be shown. */
  #pending = false;
  /** When to show again at the earliest, on the clock of performance.now(). */
  #dueMs: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #finished = false;

  constructor(stream: LiveStream, options: LiveOptions) {
    const environment = options.environment ?? process.env;
    this.#stream = stream;
    this.#block = isWatched(stream, environment) ? new TerminalBlock(stream) : null;
    this.#style = {
      color: options.color && !environment.NO_COLOR,
      say: options.say ?? ENGLISH_SAY,
      unicode: /utf-?8/i.test(environment.LC_ALL || environment.LC_CTYPE || environment.LANG || ""),
    };
    this.#everyMs = Math.min(1000 * (this.#block === null ? options.plainEveryS : REDRAW_S), LONGEST_TIMER_MS);
    this.#dueMs = performance.now() + (this.#block === null ? this.#everyMs : 0);
  }

  /** Call it as often as you like: what comes between two redraws is shown by the second. */
  update(progress: Progress): void {
    if (this.#finished) return;
    this.#pace.add(progress);
    // Whoever has pressed Ctrl-C wants to know at once that it was heard.
    const stops = progress.stopping && this.#latest?.stopping === false;
    this.#latest = progress;
    this.#pending = true;
    const waitMs = this.#dueMs - performance.now();
    if (waitMs <= 0 || stops) this.#show(progress);
    else this.#timer ??= setTimeout(() => this.#latest !== null && this.#show(this.#latest), waitMs).unref();
  }

  /** Writes a message so that the panel does not run through it. */
  print(line: string): void {
    this.#block?.erase();
    this.#stream.write(`${line}\n`);
    if (this.#block !== null && this.#latest !== null && !this.#finished) this.#show(this.#latest);
  }

  /** Takes the panel off the screen; elsewhere the last state is written, if it was not yet. */
  finish(): void {
    if (this.#finished) return;
    if (this.#block !== null) this.#block.erase();
    else if (this.#latest !== null && this.#pending) this.#show(this.#latest);
    this.#finished = true;
    this.#stopTimer();
  }

  #show(progress: Progress): void {
    this.#stopTimer();
    this.#dueMs = performance.now() + this.#everyMs;
    this.#pending = false;
    const pace = this.#pace.read(progress);
    if (this.#block === null) this.#stream.write(`${plainLine(progress, pace, this.#style.say)}\n`);
    else {
      const { columns, rows } = this.#block;
      this.#block.draw(panelLines(progress, pace, { ...this.#style, columns, rows }));
    }
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** A CI system that gives its programs a terminal keeps what they write there: a panel would stand in its log ten times a second. */
function isWatched(stream: LiveStream, { TERM, CI }: Record<string, string | undefined>): boolean {
  const inCi = CI !== undefined && CI !== "" && CI !== "false" && CI !== "0";
  return stream.isTTY === true && TERM !== "dumb" && !inCi;
}
