/** The hidden command that makes this program an engine. */
export const ENGINE_COMMAND = "__engine";
