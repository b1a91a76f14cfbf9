/** The hidden command that makes this program an engine. */
export const ENGINE_COMMAND = "__engine";

/** The file that Bun was started with, where this program is not compiled. Noted at the start: a script takes the name over. */
export const ENTRY = Bun.main;
