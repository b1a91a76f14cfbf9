import { distance } from "fastest-levenshtein";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";

/** In letters changed, left out or added. */
const FARTHEST_MISTYPED = 3;

/** Names to plugins. Built-ins come in through the same `add` as everything else. */
export class Registry<P extends ApiPlugin | DatasetPlugin> {
  readonly #byName = new Map<string, { plugin: P; origin: string }>();

  /** @param flag what selects a plugin of this kind, for error messages */
  constructor(
    readonly kind: string,
    readonly flag: string,
  ) {}

  /** @param origin where it comes from, for the error when a name is taken: a file, or "built-in" */
  add(plugin: P, origin: string): void {
    for (const name of [plugin.name, ...(plugin.aliases ?? [])]) {
      const taken = this.#byName.get(name);
      if (taken !== undefined) {
        throw new UserError(`${this.kind} "${name}" is in ${origin} and in ${taken.origin}: rename one of them`, 2);
      }
      this.#byName.set(name, { plugin, origin });
    }
  }

  get(name: string): P {
    const found = this.#byName.get(name);
    if (found !== undefined) return found.plugin;
    const names = [...this.#byName.keys()];
    const [nearest] = names
      .map((known) => ({ known, far: distance(known, name) }))
      .filter(({ far }) => far <= FARTHEST_MISTYPED)
      .sort((a, b) => a.far - b.far);
    const hint = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean ${nearest.known}?`;
    throw new UserError(`${this.flag} ${name}: no such ${this.kind}; ${hint}`, 2);
  }
}
