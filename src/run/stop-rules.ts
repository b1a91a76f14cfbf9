import type { StopRules as StopConfig } from "../config/run-config.ts";
import type { Stage } from "../load/stages.ts";
import type { ErrorKind, Outcome } from "../record/outcome.ts";

/** So many failures of the API plugin, with nothing else before them, end a run. */
const HOPELESS_FAILURES = 20;
/** Inputs that the API plugin may skip before it takes one: data that ends begins again, so there are always more. */
const MOST_SKIPPED = 100_000;
/** Requests that must have ended before a share of failures says anything; and one for each slot. */
const TELLING = 20;
/** A service that has refused everything for so long is gone. */
const DEAD_S = 5;
/** With nothing but refusals since the run began so many tell it at once, and two for each slot. */
const REFUSALS_AT_ONCE = 1000;

/** No connection: the service never saw the request. */
const REFUSED: ReadonlySet<ErrorKind> = new Set(["connect", "dns", "tls", "timeout_connect"]);

const OURS: ReadonlySet<ErrorKind> = new Set(["cancelled", "cancelled_on_purpose", "unsent"]);

interface Refusals {
  count: number;
  kinds: Map<ErrorKind, number>;
  /** Unix seconds. */
  first: number;
  last: number;
}

/**
 * When a run ends early for what its requests came to: nothing more is sent, what is in flight finishes. Engines report
 * every 0.2 s, so a run may have failed a little more often than its limit says.
 */
export class StopRules {
  #stage: Stage | null = null;
  #skipped = 0;
  #failures = 0;
  #anythingEnded = false;
  /** Of the stage. */
  #ended = 0;
  #failed = 0;
  #pluginFailures = 0;
  #pluginWorks = false;
  /** Since anything else ended. */
  #refusals: Refusals | null = null;
  #anythingElse = false;

  constructor(
    readonly limits: StopConfig,
    /** Of the plugins, for the reasons. */
    readonly names: { api: string; dataset: string },
  ) {}

  /** The share of failures is that of one stage: warm-up and each level by itself. */
  begin(stage: Stage): void {
    this.#stage = stage;
    this.#ended = 0;
    this.#failed = 0;
  }

  /** Takes a request that has ended: why the run should end, or null. Costs a few comparisons. */
  add(outcome: Pick<Outcome, "ending" | "completedTime">): string | null {
    const { ending } = outcome;
    // Given up by us, or never sent: nothing that the service did.
    if (!ending.ok && OURS.has(ending.kind)) return null;
    this.#anythingEnded = true;
    this.#ended++;
    if (!ending.ok) {
      this.#failures++;
      this.#failed++;
    }
    return this.#hopelessPlugin(outcome) ?? this.#deadService(outcome) ?? this.#manyFailures() ?? this.#largeShare();
  }

  /** Takes so many inputs that the API plugin declined. */
  skip(count: number): string | null {
    this.#skipped += count;
    if (this.#skipped < MOST_SKIPPED || this.#anythingEnded) return null;
    const { api, dataset } = this.names;
    return `--api ${api} skipped all of the first ${this.#skipped} inputs of dataset ${dataset}: nothing to send`;
  }

  /** A plugin that fails on everything is not going to do better. */
  #hopelessPlugin({ ending }: Pick<Outcome, "ending">): string | null {
    if (this.#pluginWorks) return null;
    if (ending.ok || ending.kind !== "plugin") {
      this.#pluginWorks = true;
      return null;
    }
    if (++this.#pluginFailures < HOPELESS_FAILURES) return null;
    return `API plugin ${this.names.api} failed on each of the first ${HOPELESS_FAILURES} requests: ${ending.message}`;
  }

  /** A slot that is refused is free at once: without an end a dead service would fill the disk with refusals. */
  #deadService({ ending, completedTime }: Pick<Outcome, "ending" | "completedTime">): string | null {
    if (ending.ok || !REFUSED.has(ending.kind)) {
      this.#anythingElse = true;
      this.#refusals = null;
      return null;
    }
    this.#refusals ??= { count: 0, kinds: new Map(), first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    const { kinds } = this.#refusals;
    const count = ++this.#refusals.count;
    kinds.set(ending.kind, (kinds.get(ending.kind) ?? 0) + 1);
    if (completedTime === null) return null;
    // Engines report in turns, so a later one may tell of an earlier moment.
    this.#refusals.first = Math.min(this.#refusals.first, completedTime);
    this.#refusals.last = Math.max(this.#refusals.last, completedTime);
    const lasted = this.#refusals.last - this.#refusals.first;
    const atOnce = Math.max(REFUSALS_AT_ONCE, 2 * (this.#stage?.parallel ?? 0));
    if (lasted < DEAD_S && (this.#anythingElse || count < atOnce)) return null;
    const named = [...kinds].map(([kind, n]) => `${kind} ${n}`).join(", ");
    return `the service takes no connections: nothing but refusals for ${lasted.toFixed(1)} s (${named}): ${ending.message}`;
  }

  #manyFailures(): string | null {
    const { errors } = this.limits;
    if (errors === null || this.#failures < errors) return null;
    return `${this.#failures} ${this.#failures === 1 ? "request" : "requests"} failed: --max-errors ${errors}`;
  }

  /** A level that is shorter than what tells is judged at its end. */
  #largeShare(): string | null {
    const { errorRate } = this.limits;
    if (errorRate === null || this.#failed === 0 || this.#stage === null) return null;
    const { number, parallel } = this.#stage;
    if (this.#ended < Math.min(number ?? Number.POSITIVE_INFINITY, Math.max(TELLING, parallel ?? 0))) return null;
    if (this.#failed < errorRate * this.#ended) return null;
    return `${this.#failed} of ${this.#ended} requests failed: --max-error-rate ${errorRate}`;
  }
}
