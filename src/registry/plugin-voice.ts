/**
 * What plugins say: through `log`, or with console, which would otherwise write into the results on stdout. Each line
 * is labelled with its plugin, which is found by the stack of the call: a module cannot tell who imported it.
 */
import { Console } from "node:console";
import { basename } from "node:path";
import { Writable } from "node:stream";
import { inspect } from "node:util";
import { type LogLevel, setLogSink } from "../contract/log.ts";
import { escaped } from "../report/printable.ts";

/** Takes one line, without its end, labelled. */
type Listener = (level: LogLevel, line: string) => void;

/** Between a plugin's call and ours stand console's own frames and those of what the plugin calls. */
const FRAMES = 50;

const labels = new Map<string, string>();
let listener: Listener = (level, line) => {
  // It may be a model's words.
  if (level !== "debug") process.stderr.write(`plumb: ${escaped(line)}\n`);
};

/** Labels what the code of a file says. */
export function labelVoice(file: string, label = basename(file).replace(/\.m?[tj]s$/, "")): void {
  labels.set(file, label);
}

/** Where lines go from now on; at first to stderr, those of level debug nowhere. */
export function listenToPlugins(to: Listener): void {
  listener = to;
}

/** A line that was labelled elsewhere: in an engine. */
export function passOn(level: LogLevel, line: string): void {
  listener(level, line);
}

/** From now on `log` is heard. */
export function hearLog(): void {
  setLogSink((level, said) => {
    speak(level, said.map((part) => (typeof part === "string" ? part : inspect(part))).join(" "));
  });
}

/** From now on whatever console writes comes out as `log.info` does: stdout is for results alone. */
export function divertConsole(): void {
  const sink = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      speak("info", String(chunk).replace(/\n$/, ""));
      done();
    },
  });
  Object.assign(globalThis.console, new Console(sink, sink));
}

function speak(level: LogLevel, text: string): void {
  const mark = level === "warn" ? "warning: " : level === "error" ? "error: " : "";
  const label = speaker();
  for (const line of text.split("\n")) listener(level, `${label}${mark}${line}`);
}

/** With its colon. */
function speaker(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const frames = (new Error().stack ?? "").split("\n");
  Error.stackTraceLimit = limit;
  for (const frame of frames) {
    for (const [file, label] of labels) if (frame.includes(`${file}:`)) return `${label}: `;
  }
  // Where nobody's files were loaded plumb's own plugins speak, and they speak as plumb.
  return labels.size === 0 ? "" : "plugin: ";
}
