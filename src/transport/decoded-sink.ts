import type { ErrorKind } from "../record/outcome.ts";
import { messageOf } from "./failure.ts";
import type { Passage, ResponseSink } from "./transport.ts";

/** What goes in, and when all of it has come out. */
interface Unpacking {
  writer: ReturnType<DecompressionStream["writable"]["getWriter"]>;
  emptied: Promise<void>;
}

type Packing = ConstructorParameters<typeof DecompressionStream>[0];

/** Content-Encoding as servers write it, and as DecompressionStream has it. */
const FORMATS: Record<string, Packing> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/**
 * Unpacks a body that was compressed although nobody had asked for it. What comes out carries the moment of the read
 * that it came out of; it is handed on a little later, in the order of the bytes.
 */
export class DecodedSink implements ResponseSink {
  #stream: Unpacking | null = null;
  /** Every step waits for the one before. */
  #last: Promise<void> = Promise.resolve();
  #stamp = 0;
  #silent = false;

  constructor(
    readonly sink: ResponseSink,
    readonly format: Packing,
  ) {}

  /** The exchange was given up: nothing more is said. */
  silence(): void {
    this.#silent = true;
    this.#stream?.writer.abort().catch(() => {});
  }

  travels(passage: Passage): void {
    this.sink.travels(passage);
  }

  resent(): void {
    this.sink.resent();
  }

  head(status: number, headers: Headers, stamp: number): void {
    this.sink.head(status, headers, stamp);
  }

  piece(bytes: Uint8Array, stamp: number, from = 0, to = bytes.length): void {
    // It goes in later.
    const own = bytes.slice(from, to);
    this.#then(stamp, async () => {
      this.#stamp = stamp;
      const stream = this.#stream ?? this.#open();
      this.#stream = stream;
      await stream.writer.write(own as Uint8Array<ArrayBuffer>);
    });
  }

  end(stamp: number): void {
    this.#then(stamp, async () => {
      await this.#stream?.writer.close();
      await this.#stream?.emptied;
      this.#say(() => this.sink.end(stamp));
      this.#silent = true;
    });
  }

  fail(kind: ErrorKind, message: string, stamp: number): void {
    this.#then(stamp, async () => {
      this.#say(() => this.sink.fail(kind, message, stamp));
      this.silence();
    });
  }

  #then(stamp: number, step: () => Promise<void>): void {
    this.#last = this.#last.then(step).catch((error: unknown) => {
      this.#say(() => this.sink.fail("decode", `the reply is not ${this.format}: ${messageOf(error)}`, stamp));
      this.#silent = true;
    });
  }

  #open(): Unpacking {
    const { readable, writable } = new DecompressionStream(this.format);
    const emptied = this.#empty(readable);
    // Whoever waits for it hears of a fault in it; a fault may come while nobody does yet.
    emptied.catch(() => {});
    return { writer: writable.getWriter(), emptied };
  }

  async #empty(readable: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of readable) this.#say(() => this.sink.piece(bytes, this.#stamp));
  }

  #say(say: () => void): void {
    if (!this.#silent) say();
  }
}

/** The format that a body must be unpacked from; null: it is as it is, or of an encoding that nobody knows. */
export function packingOf(headers: Headers): Packing | null {
  return FORMATS[headers.get("content-encoding")?.trim().toLowerCase() ?? ""] ?? null;
}
