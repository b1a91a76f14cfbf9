import { open } from "node:fs/promises";
import { UserError } from "../config/user-error.ts";
import { readable } from "./readable.ts";

const CHUNK_BYTES = 256 * 1024;
/** Of a line, in UTF-16 units. Far above any prompt; a larger one is a file of another format, and memory runs out. */
const LONGEST_LINE = 512 * 1024 * 1024;

/**
 * Lines of a UTF-8 file without their ends (LF or CRLF) and without a byte order mark; a last line without an end
 * counts. One chunk and one line are in memory at a time, and a line's pieces are joined once, so a line of any length
 * costs linear time. Bytes that are not UTF-8 become U+FFFD.
 * @throws UserError (exit 2) naming the file where it cannot be read
 */
export async function* readLines(path: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const bytes of readChunks(path)) {
    const [continued, ...begun] = decoder.decode(bytes, { stream: true }).split("\n");
    pieces.push(continued!);
    length += continued!.length;
    if (length > LONGEST_LINE) throw new UserError(`${path} has a line above ${LONGEST_LINE} characters`, 2);
    const unfinished = begun.pop();
    if (unfinished === undefined) continue;
    yield withoutReturn(pieces.join(""));
    for (const line of begun) yield withoutReturn(line);
    pieces = [unfinished];
    length = unfinished.length;
  }
  const last = pieces.join("") + decoder.decode();
  if (last !== "") yield withoutReturn(last);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Every chunk is the same memory: it holds until the next one is asked for. */
async function* readChunks(path: string): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  const file = await readable(path, open(path));
  try {
    for (;;) {
      const { bytesRead } = await readable(path, file.read(buffer, 0, CHUNK_BYTES, null));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
