import { open } from "node:fs/promises";
import { UserError } from "../config/user-error.ts";
import { readable } from "./readable.ts";

const CHUNK_BYTES = 256 * 1024;

/** By their first bytes: a name says nothing certain. */
const COMPRESSIONS = [
  { format: "gzip", magic: [0x1f, 0x8b] },
  { format: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/**
 * A file's bytes, decompressed where they are gzip or zstd. Every chunk may be the same memory: it holds until the next
 * one is asked for.
 * @throws UserError (exit 2) naming the file where it cannot be read or its compression is broken
 */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array, void, void> {
  const chunks = readChunks(path);
  try {
    const first = await chunks.next();
    if (first.done) return;
    const compression = COMPRESSIONS.find(({ magic }) => magic.every((byte, index) => first.value[index] === byte));
    if (compression === undefined) {
      yield first.value;
      yield* chunks;
      return;
    }
    yield* decompressed(copies(first.value, chunks), path, compression.format);
  } finally {
    await chunks.return();
  }
}

/** By the web's streams: node:zlib's end a cut zstd file as if it were whole. */
async function* decompressed(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  path: string,
  format: "gzip" | "zstd",
): AsyncGenerator<Uint8Array, void, void> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  try {
    for await (const bytes of source.pipeThrough(new DecompressionStream(format))) yield bytes;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} is broken ${format}: ${(error as Error).message}`, 2, { cause: error });
  }
}

/** What is handed to a stream may wait there, so it needs memory of its own. */
async function* copies(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new Uint8Array(first);
  for await (const chunk of rest) yield new Uint8Array(chunk);
}

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
