/** What a plugin has to say to the person at the terminal: on stderr, labelled with the plugin's name. */
export interface Log {
  /** Shown with --debug alone. */
  debug(...said: unknown[]): void;
  info(...said: unknown[]): void;
  warn(...said: unknown[]): void;
  error(...said: unknown[]): void;
}

export type LogLevel = keyof Log;

let sink: (level: LogLevel, said: unknown[]) => void = () => {};

/** plumb's own, and no part of what plugins import: where their words go. */
export function setLogSink(to: typeof sink): void {
  sink = to;
}

/** Costs a stack trace a line, to find the plugin that speaks: nothing to call for every event of a reply. */
export const log: Log = {
  debug: (...said) => sink("debug", said),
  info: (...said) => sink("info", said),
  warn: (...said) => sink("warn", said),
  error: (...said) => sink("error", said),
};
