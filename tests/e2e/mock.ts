import type { StatsReport } from "../../src/mock/stats.ts";
import { eventually } from "./eventually.ts";
import { type Plumb, Workspace } from "./plumb.ts";

/** `plumb mock` on a free port. */
export class Mock implements Disposable {
  readonly #workspace: Workspace;

  private constructor(
    workspace: Workspace,
    readonly process: Plumb,
    /** With "/v1". */
    readonly url: string,
  ) {
    this.#workspace = workspace;
  }

  static async start(...flags: string[]): Promise<Mock> {
    const workspace = new Workspace();
    const plumb = workspace.start(["mock", "--port", "0", ...flags]);
    await eventually("the mock's first line", () => plumb.out.includes("\n") || !plumb.running);
    const url = /^plumb mock on (https?:\S+)$/m.exec(plumb.out)?.[1];
    if (url === undefined) throw new Error(`plumb mock did not start: ${plumb.out}${plumb.err}`);
    return new Mock(workspace, plumb, url);
  }

  /** What the server itself saw since the last reset. */
  async stats(): Promise<StatsReport> {
    return (await (await fetch(`${this.url}/stats`)).json()) as StatsReport;
  }

  async reset(): Promise<void> {
    await fetch(`${this.url}/reset`, { method: "POST" });
  }

  [Symbol.dispose](): void {
    this.#workspace[Symbol.dispose]();
  }
}
