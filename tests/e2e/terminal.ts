import { writeFileSync } from "node:fs";
import { BINARY, type Workspace } from "./plumb.ts";

export const HAS_TMUX = Bun.which("tmux") !== null;

/** What the shell in the terminal says when the command has ended. */
const ENDED = /^EXIT=(\d+)$/m;

/** A real terminal of a given size, by tmux, in which one plumb command runs. */
export class Terminal implements Disposable {
  readonly #socket: string;
  readonly #environment: Record<string, string>;

  constructor(workspace: Workspace, size: { columns: number; rows: number }, args: string[]) {
    this.#socket = `${workspace.temp}/tmux`;
    this.#environment = { ...workspace.environment, TERM: "xterm-256color" };
    const configuration = `${workspace.temp}/tmux.conf`;
    writeFileSync(configuration, "set -g status off\nset -g history-limit 5000\n");
    const words = [BINARY, ...args].map((word) => `'${word}'`).join(" ");
    // It stays open behind the command: what that left on the screen is to be looked at.
    const shell = `${words}; echo EXIT=$?; exec sleep 600`;
    const place = ["-x", String(size.columns), "-y", String(size.rows), "-c", workspace.path];
    this.#tmux("-f", configuration, "new-session", "-d", ...place, shell);
  }

  /** What can be seen now, a line a row. */
  screen(): string[] {
    return this.#tmux("capture-pane", "-p").split("\n");
  }

  /** All that was ever written and not erased: lines that were wrapped are whole, blanks at their ends are not there. */
  everything(): string {
    const text = this.#tmux("capture-pane", "-p", "-J", "-S", "-");
    return text.replace(/ +$/gm, "").trimEnd();
  }

  /** The command's exit code; null while it runs. */
  exitCode(): number | null {
    const match = ENDED.exec(this.everything());
    return match === null ? null : Number(match[1]);
  }

  cursorIsShown(): boolean {
    return this.#tmux("display-message", "-p", "#{cursor_flag}").trim() === "1";
  }

  /** As a person drags the window's corner. */
  resize({ columns, rows }: { columns: number; rows: number }): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  press(key: string): void {
    this.#tmux("send-keys", key);
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
  }

  #tmux(...args: string[]): string {
    const tmux = Bun.spawnSync(["tmux", "-S", this.#socket, ...args], { env: this.#environment });
    if (tmux.exitCode !== 0) throw new Error(`tmux ${args[0]}: ${tmux.stderr}`);
    return tmux.stdout.toString();
  }
}
