import type { Draw } from "./fault-dice.ts";
import { FAULTS } from "./faults.ts";
import type { Exchange } from "./http-exchange.ts";
import type { Pacer } from "./pacer.ts";
import { Rehearsal, type Undisturbed } from "./rehearsal.ts";
import { completionTokens } from "./reply-shape.ts";
import { type Outcome, ScriptedReply } from "./scripted-reply.ts";
import type { MockStats } from "./stats.ts";

interface Stage {
  exchange: Exchange;
  pacer: Pacer;
  stats: MockStats;
}

/** Answers the exchange with a fault in the reply, and counts what came of it. False: this reply cannot have it. */
export function playFault({ name, place }: Draw, asked: Undisturbed, { exchange, pacer, stats }: Stage): boolean {
  const fault = FAULTS[name];
  const script = fault.script(new Rehearsal(asked, place));
  if (script === null) return false;
  stats.begin();
  let struck = false;
  const outcome: Outcome = {
    struck() {
      struck = true;
      stats.faults.met(name);
    },
    ended(played, chunks) {
      if (!struck) stats.faults.missed(name);
      else stats.faults.sent(name, chunks);
      if (struck && !fault.harmless) stats.break();
      else if (!played) stats.abort();
      else {
        const shape = asked.shapeOf(asked.plan);
        stats.finish(performance.now() - exchange.readAt, shape.promptTokens, completionTokens(shape, asked.plan));
      }
    },
  };
  new ScriptedReply(script, exchange, stats, outcome).start(pacer);
  return true;
}
