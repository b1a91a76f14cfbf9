import { UserError } from "../config/user-error.ts";
import { readText } from "./utf8-text.ts";

/** Of a line, in UTF-16 units. Far above any prompt; a larger one is a file of another format, and memory runs out. */
const LONGEST_LINE = 512 * 1024 * 1024;

/**
 * Lines of a UTF-8 file, compressed or not, without their ends (LF or CRLF) and without a byte order mark; a last line without an end
 * counts. One chunk and one line are in memory at a time, and a line's pieces are joined once, so a line of any length
 * costs linear time.
 * @throws UserError (exit 2) naming the file where it cannot be read, or the line that is not UTF-8
 */
export async function* readLines(path: string): AsyncGenerator<string, void, void> {
  let pieces: string[] = [];
  let length = 0;
  for await (const text of readText(path)) {
    const [continued, ...begun] = text.split("\n");
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
  const last = pieces.join("");
  if (last !== "") yield withoutReturn(last);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
