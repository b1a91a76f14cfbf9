import type { ApiPlugin } from "../contract/api.ts";
import type { ResponsePart } from "../contract/session.ts";
import { FetchSession, type SessionRoutes } from "../transport/session.ts";
import { SessionFailure } from "../transport/session-failure.ts";
import { stampOf } from "../transport/stamped-part.ts";
import { describeError } from "./describe-error.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Lets a plugin hold the exchange: its parts come in with the moment at which the session read them, or, made by hand,
 * with the moment at which they were yielded. Returns the way to give it up. A generator that never settles is left
 * behind then: nobody hears it any more.
 */
export function runPluginExchange(
  api: ApiPlugin,
  exchange: Exchange,
  routes: SessionRoutes,
  now: () => number,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const session = new FetchSession(exchange.prepared.wire, routes, now, signal, (count) =>
    exchange.count(count, now()),
  );
  void (async () => {
    try {
      for await (const part of api.processRequest?.(exchange.prepared.spec, session) ?? []) {
        const stamp = stampOf(part) ?? { stamp: now(), read: null };
        exchange.part(checked(part), stamp);
      }
      exchange.end(now());
    } catch (error) {
      if (error instanceof SessionFailure) exchange.fail(error.kind, error.message, now());
      else exchange.fail("plugin", describeError(error), now());
    }
  })();
  return () => controller.abort();
}

function checked(part: ResponsePart): ResponsePart {
  if (typeof part === "object" && part !== null && "data" in part) return part;
  throw new TypeError(`processRequest yielded ${JSON.stringify(part) ?? String(part)}, not a part with "data"`);
}
