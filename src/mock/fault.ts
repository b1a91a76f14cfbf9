import type { Rehearsal } from "./rehearsal.ts";
import type { Script } from "./wire-script.ts";

/** One way for a server to misbehave. */
export interface Fault {
  /** What the server does, for whoever asks for it. */
  help: string;
  /** The client gets the whole reply all the same. */
  harmless: boolean;
  /** The reply with the fault in it; null: this reply cannot have it, and stays as it is. */
  script(reply: Rehearsal): Script | null;
}

export function harmful(help: string, script: Fault["script"]): Fault {
  return { help, harmless: false, script };
}

export function harmless(help: string, script: Fault["script"]): Fault {
  return { help, harmless: true, script };
}
