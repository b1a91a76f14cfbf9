import type { WireRequest } from "../transport/transport.ts";
import type { Finished } from "./protocol.ts";
import type { Redaction } from "./redaction.ts";

/** Excerpts of bodies in a debug line, in characters. */
const EXCERPT = 300;

/**
 * What `--debug` says of a finished request: the request with its headers' values masked, and the reply's ends. Logs are
 * passed around, so that secrets are taken out of all of it, a success's reply too.
 */
export function debugLines(wire: WireRequest, finished: Finished, redaction: Redaction): string[] {
  const { outcome, payload } = finished.recorded;
  const headers = Object.entries(wire.headers).map(([name, value]) => `${name}: ${OPEN.has(name) ? value : "***"}`);
  // Before anything is cut: half a secret would not be known again.
  const messages = redaction.text(payload.responseMessages ?? "(not kept)");
  const reply = messages.length <= 2 * EXCERPT ? messages : `${excerpt(messages)} … ${messages.slice(-EXCERPT)}`;
  const ending = outcome.ending.ok ? "success" : `${outcome.ending.kind}: ${redaction.text(outcome.ending.message)}`;
  return [
    `request ${outcome.id}: ${wire.method} ${outcome.endpoint} {${headers.join(", ")}} ${excerpt(redaction.text(wire.body ?? ""))}`,
    `reply ${outcome.id}: HTTP ${outcome.status ?? "-"}, ${outcome.bytes} bytes, ${outcome.chunks} output chunks, ${ending}: ${reply}`,
  ];
}

/** Headers that say nothing of anyone. */
const OPEN = new Set(["content-type", "accept", "accept-encoding", "user-agent"]);

function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}…`;
}
