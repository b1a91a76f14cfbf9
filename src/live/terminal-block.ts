/** A stream that may be a terminal: process.stderr fits. */
export interface LiveStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const ERASE_LINE_REST = "\x1b[K";
const ERASE_BELOW = "\x1b[J";
/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * A few lines at the bottom of a terminal, redrawn in place. Between two draws the cursor, hidden, rests at the start
 * of the last line: what the terminal echoes there (a ^C) goes with the next draw.
 */
export class TerminalBlock {
  readonly #stream: LiveStream;
  /** Widths of the lines that stand on the screen, in columns; empty: nothing is drawn. */
  #drawn: number[] = [];
  readonly #onExit = () => this.#stream.write(ERASE_BELOW + SHOW_CURSOR);
  readonly #onCrash = () => this.erase();

  constructor(stream: LiveStream) {
    this.#stream = stream;
  }

  /** One column less than there are: a full line leaves the cursor in doubt at its end. */
  get columns(): number {
    return Math.max(1, (this.#stream.columns || DEFAULT_COLUMNS) - 1);
  }

  /** One row less than there are: the line before stays, and a lower panel could not be redrawn in place. */
  get rows(): number {
    return Math.max(1, (this.#stream.rows || DEFAULT_ROWS) - 1);
  }

  draw(lines: string[]): void {
    let before = up(this.#rowsAbove());
    if (this.#drawn.length === 0) {
      before = HIDE_CURSOR;
      // A crash prints its trace while the panel stands: gone before that, and the cursor back however the process ends.
      process.on("exit", this.#onExit);
      process.on("uncaughtExceptionMonitor", this.#onCrash);
    }
    const text = lines.map((line) => line + ERASE_LINE_REST).join("\r\n");
    this.#drawn = lines.map((line) => Bun.stringWidth(line));
    this.#stream.write(`${before}${text}${ERASE_BELOW}\r`);
  }

  /** Takes the block off the screen and gives the cursor back, at the place where the block began. */
  erase(): void {
    if (this.#drawn.length === 0) return;
    const above = this.#rowsAbove();
    this.#drawn = [];
    process.off("exit", this.#onExit);
    process.off("uncaughtExceptionMonitor", this.#onCrash);
    // The first row last and by itself: what is erased from the screen's corner on, tmux takes into its scrollback.
    const lower = above === 0 ? "" : up(above - 1) + ERASE_BELOW;
    this.#stream.write(`${lower}${up(Math.min(above, 1))}${ERASE_LINE_REST}${SHOW_CURSOR}`);
  }

  /** A terminal that became narrower has wrapped the lines: they take more rows now than when they were drawn. */
  #rowsAbove(): number {
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    const above = this.#drawn.slice(0, -1);
    return above.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  }
}

/** To the start of a row above. */
function up(rows: number): string {
  return rows === 0 ? "\r" : `\r\x1b[${rows}A`;
}
