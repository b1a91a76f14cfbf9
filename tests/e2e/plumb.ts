import { setDefaultTimeout } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The compiled binary; PLUMB_BINARY names another one, such as a release's. */
export const BINARY = process.env.PLUMB_BINARY ?? join(import.meta.dir, "../../dist/plumb");
if (!existsSync(BINARY)) {
  throw new Error(`${BINARY} is missing: \`npm run build\` makes it, PLUMB_BINARY names another one`);
}

setDefaultTimeout(60_000);

export interface Ended {
  out: string;
  err: string;
  code: number;
}

/** A plumb that runs: leader of a process group of its own, as a shell would start it. */
export class Plumb {
  /** What it has written so far. */
  out = "";
  err = "";
  readonly ended: Promise<Ended>;
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;

  constructor(args: string[], cwd: string, env: Record<string, string>) {
    this.#child = Bun.spawn([BINARY, ...args], {
      cwd,
      env,
      detached: true,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.ended = this.#gather();
  }

  get pid(): number {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ctrl-C as a terminal gives it: to every process of the group. */
  interrupt(): void {
    process.kill(-this.pid, "SIGINT");
  }

  /** To the main process alone. */
  signal(name: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    process.kill(this.pid, name);
  }

  /** Whatever is left of it. */
  killGroup(): void {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Nobody is left in the group.
    }
  }

  async #gather(): Promise<Ended> {
    const drain = async (stream: ReadableStream<Uint8Array>, add: (text: string) => void) => {
      const decoder = new TextDecoder();
      for await (const bytes of stream) add(decoder.decode(bytes, { stream: true }));
    };
    const [code] = await Promise.all([
      this.#child.exited,
      drain(this.#child.stdout, (text) => {
        this.out += text;
      }),
      drain(this.#child.stderr, (text) => {
        this.err += text;
      }),
    ]);
    return { out: this.out, err: this.err, code };
  }
}

/** A fresh, empty folder that plumb is started in, with a home and a temp folder of its own beside it. */
export class Workspace implements Disposable {
  readonly #base = mkdtempSync(join(tmpdir(), "plumb-e2e-"));
  readonly path = join(this.#base, "work");
  readonly temp = join(this.#base, "temp");
  /** No variable of whoever runs the tests gets in: a key in there would be sent along. */
  readonly environment: Record<string, string>;
  readonly #started: Plumb[] = [];

  constructor() {
    const home = join(this.#base, "home");
    for (const folder of [this.path, this.temp, home]) mkdirSync(folder);
    this.environment = { PATH: process.env.PATH ?? "", HOME: home, TMPDIR: this.temp, LANG: "C.UTF-8" };
  }

  start(args: string[], env: Record<string, string> = {}): Plumb {
    const plumb = new Plumb(args, this.path, { ...this.environment, ...env });
    this.#started.push(plumb);
    return plumb;
  }

  plumb(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** `plumb run`, whose exit code must be 0. Returns the run's folder too, from the workspace. */
  run(...args: string[]): Promise<Ended & { folder: string }> {
    return this.#run(args, 0);
  }

  /** A run in which nothing succeeds: its exit code must be 1. */
  runInVain(...args: string[]): Promise<Ended & { folder: string }> {
    return this.#run(args, 1);
  }

  async #run(args: string[], code: number): Promise<Ended & { folder: string }> {
    const before = new Set(this.runs());
    const ended = await this.plumb(["run", ...args]);
    if (ended.code !== code) throw new Error(`plumb run ended with exit code ${ended.code}: ${ended.err}`);
    const [folder, ...more] = this.runs().filter((run) => !before.has(run));
    if (folder === undefined || more.length > 0) throw new Error("plumb run did not make exactly one database");
    return { ...ended, folder };
  }

  /** Folders that hold a run's database, from the workspace. */
  runs(): string[] {
    return this.files()
      .filter((file) => file.endsWith("/benchmark_data.db"))
      .map((file) => file.slice(0, -"/benchmark_data.db".length));
  }

  /** Every file in it, from the workspace. */
  files(): string[] {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => this.#relative(join(entry.parentPath, entry.name)));
  }

  /** An absolute path. */
  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  [Symbol.dispose](): void {
    for (const plumb of this.#started) plumb.killGroup();
    rmSync(this.#base, { recursive: true, force: true });
  }

  #relative(path: string): string {
    return path.slice(this.path.length + 1);
  }
}
