import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import { nearest } from "./nearest.ts";
import { shownPath } from "./shown-path.ts";

/** A plugin and where it came from. */
export interface Registered<P> {
  plugin: P;
  /** The file that defines it, absolute; null: it is built in. */
  file: string | null;
}

/** Names to plugins. Built-ins come in through the same `add` as everything else. */
export class Registry<P extends ApiPlugin | DatasetPlugin> {
  readonly #byName = new Map<string, Registered<P>>();

  /** @param flag what selects a plugin of this kind, for error messages */
  constructor(
    readonly kind: "API" | "dataset",
    readonly flag: string,
  ) {}

  /**
   * @param file where it comes from; null: it is built in
   * @throws UserError that names both origins where one of its names is taken
   */
  add(plugin: P, file: string | null): void {
    for (const name of [plugin.name, ...(plugin.aliases ?? [])]) {
      const taken = this.#byName.get(name);
      if (taken !== undefined) {
        const owner = taken.file === null ? `plumb's own ${this.kind} "${taken.plugin.name}"` : shownPath(taken.file);
        const where = file === null ? "built-in" : shownPath(file);
        throw new UserError(`${where}: the ${this.kind} name "${name}" is taken by ${owner}: choose another`, 2);
      }
    }
    for (const name of [plugin.name, ...(plugin.aliases ?? [])]) this.#byName.set(name, { plugin, file });
  }

  /** By name or alias. @throws UserError with the nearest name */
  find(name: string): Registered<P> {
    const found = this.#byName.get(name);
    if (found !== undefined) return found;
    const near = nearest(name, this.#byName.keys());
    const hint = near === undefined ? `there are ${[...this.#byName.keys()].join(", ")}` : `did you mean ${near}?`;
    throw new UserError(`${this.flag} ${name}: no such ${this.kind}; ${hint}`, 2);
  }

  get(name: string): P {
    return this.find(name).plugin;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Each plugin once, in the order they came in. */
  all(): Registered<P>[] {
    return [...new Map([...this.#byName.values()].map((registered) => [registered.plugin, registered])).values()];
  }
}
