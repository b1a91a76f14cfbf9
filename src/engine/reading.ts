import type { ResponsePart } from "../contract/session.ts";
import type { Framing } from "../transport/framing.ts";
import type { Exchange } from "./exchange.ts";
import type { Reply } from "./reply.ts";

/** An exchange on its way from what arrived to what it means, in slices. */
export interface Reading {
  readonly exchange: Exchange;
  readonly reply: Reply;
  /** null: not decided yet, not ours to read, or a plugin's own affair. */
  readonly framing: Framing | null;
  readonly wrongContentType: boolean;
  /** Text that is not UTF-8. */
  readonly undecodable: boolean;
  /** null: a transport read it. Else a plugin held the exchange, and yielded this part as an error, if any. */
  readonly held: { failed: ResponsePart | null; byHand: boolean } | null;
  /** Everything that has arrived is read. */
  readonly caughtUp: boolean;
  /** Reads on until `deadline` on `now`'s clock. true: everything that has arrived is read, and the ended body closed. */
  advance(now: () => number, deadline: number): boolean;
  /** true once, for an exchange that has ended and been read whole: whoever gets it makes the record. */
  claim(): boolean;
}
