import type { WireRequest } from "../transport/transport.ts";
import type { Finished } from "./protocol.ts";

/** Excerpts of bodies in a debug line, in characters. */
const EXCERPT = 300;

/** What `--debug` says of a finished request: the request with its headers' values masked, and the reply's ends. */
export function debugLines(wire: WireRequest, { recorded: { outcome, payload } }: Finished): string[] {
  const headers = Object.entries(wire.headers).map(([name, value]) => `${name}: ${OPEN.has(name) ? value : "***"}`);
  const messages = payload.responseMessages ?? "(not kept)";
  const reply = messages.length <= 2 * EXCERPT ? messages : `${excerpt(messages)} … ${messages.slice(-EXCERPT)}`;
  const ending = outcome.ending.ok ? "success" : `${outcome.ending.kind}: ${outcome.ending.message}`;
  return [
    `request ${outcome.id}: ${wire.method} ${outcome.endpoint} {${headers.join(", ")}} ${excerpt(wire.body ?? "")}`,
    `reply ${outcome.id}: HTTP ${outcome.status ?? "-"}, ${outcome.bytes} bytes, ${outcome.chunks} output chunks, ${ending}: ${reply}`,
  ];
}

/** Headers that say nothing of anyone. */
const OPEN = new Set(["content-type", "accept", "accept-encoding", "user-agent"]);

function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}…`;
}
