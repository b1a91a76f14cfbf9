import { UserError } from "../config/user-error.ts";
import { readBytes } from "./file-bytes.ts";

const NEWLINE = 0x0a;
/** A text has no NUL; a database has one among its first bytes. */
const HEAD_BYTES = 64;

/**
 * The text of a UTF-8 file, compressed or not, chunk by chunk and without a byte order mark. A binary file, of which
 * somebody wants to know what it is, comes as well as it can.
 * @throws UserError (exit 2) naming the file where it cannot be read, and the line that is not UTF-8: other texts would
 *   be sent than those of the file, and nobody would see it
 */
export async function* readText(path: string): AsyncGenerator<string, void, void> {
  let decoder: TextDecoder | null = null;
  for await (const bytes of readBytes(path)) {
    if (decoder === null && isUtf16(bytes)) throw new UserError(`${path} is UTF-16: save it as UTF-8`, 2);
    decoder ??= new TextDecoder("utf-8", { fatal: !bytes.subarray(0, HEAD_BYTES).includes(0) });
    yield await decoded(decoder, bytes, path);
  }
  const last = decoder === null ? "" : await decoded(decoder, null, path);
  if (last !== "") yield last;
}

/** @param bytes null: there are no more */
async function decoded(decoder: TextDecoder, bytes: Uint8Array | null, path: string): Promise<string> {
  try {
    return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    const how = "convert the file, such as with iconv -f latin1 -t utf-8";
    throw new UserError(`${path}:${await faultyLine(path)} is not UTF-8: ${how}`, 2, { cause: error });
  }
}

/** The first line that is not UTF-8, found in a second way through the file: a chunk does not know its lines. */
async function faultyLine(path: string): Promise<number> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 1;
  for await (const bytes of readBytes(path)) {
    for (let from = 0; from < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline === -1 ? bytes.length : newline + 1;
      try {
        decoder.decode(bytes.subarray(from, end), { stream: newline === -1 });
      } catch {
        return number;
      }
      if (newline !== -1) number++;
      from = end;
    }
  }
  return number;
}

/** By its byte order mark, in either order. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
