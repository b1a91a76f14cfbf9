import { bodyFraming, CRLF, HttpError, type HttpRequest, MAX_BODY, MAX_HEAD, parseHead } from "./http-head.ts";

const MAX_SIZE_LINE = 256;
/** The first byte of a connection that speaks TLS. */
const TLS_HANDSHAKE = 0x16;

type Stage = "head" | "counted" | "size" | "data" | "trailer";

/**
 * Bytes in, requests out, however the bytes are cut. Pieces are joined only once there are enough of them to get on
 * with, so a long body costs one copy, not one for each read.
 */
export class RequestParser {
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before another look makes sense. */
  #need = 1;
  #stage: Stage = "head";
  #request: HttpRequest | null = null;
  #chunks: Buffer[] = [];
  #bodyLength = 0;
  #expectsContinue = false;

  /** Bytes read and not yet part of a request. */
  get pending(): number {
    return this.#length;
  }

  /** True once for each head that waits to be told to send its body. */
  takeExpectation(): boolean {
    const expects = this.#expectsContinue;
    this.#expectsContinue = false;
    return expects;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /**
   * The next whole request, null while there is none.
   * @throws HttpError; nothing more can be read from the connection then
   */
  next(): HttpRequest | null {
    while (this.#length >= this.#need) {
      const whole = this.#step(this.#joined());
      if (whole !== null) return whole;
    }
    return null;
  }

  #step(bytes: Buffer): HttpRequest | null {
    switch (this.#stage) {
      case "head":
        return this.#readHead(bytes);
      case "counted":
        this.#chunks.push(bytes.subarray(0, this.#need));
        this.#consume(bytes, this.#need);
        return this.#finish();
      case "data":
        return this.#readData(bytes);
      default:
        return this.#readLine(bytes);
    }
  }

  #readHead(bytes: Buffer): HttpRequest | null {
    // Its client would wait for a line's end that never comes.
    if (bytes[0] === TLS_HANDSHAKE) throw new HttpError(400, "this is TLS, and http is spoken here");
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0 || end > MAX_HEAD) {
      if (bytes.length > MAX_HEAD) throw new HttpError(431, `the head of the request is longer than ${MAX_HEAD} bytes`);
      this.#need = bytes.length + 1;
      return null;
    }
    const request = parseHead(bytes.toString("latin1", 0, end));
    const framing = bodyFraming(request.headers);
    this.#request = request;
    this.#consume(bytes, end + 4);
    this.#stage = framing === "chunked" ? "size" : "counted";
    this.#need = framing === "chunked" ? 1 : framing;
    this.#expectsContinue = request.headers.get("expect")?.toLowerCase() === "100-continue" && framing !== 0;
    return null;
  }

  /** One chunk's data and the line end behind it. */
  #readData(bytes: Buffer): null {
    const size = this.#need - CRLF.length;
    if (bytes.toString("latin1", size, size + 2) !== CRLF)
      throw new HttpError(400, "a body chunk is longer than it said");
    this.#chunks.push(bytes.subarray(0, size));
    this.#consume(bytes, this.#need);
    this.#stage = "size";
    this.#need = 1;
    return null;
  }

  /** A chunk's size, or a line of the trailer. */
  #readLine(bytes: Buffer): HttpRequest | null {
    const end = bytes.indexOf(CRLF);
    if (end < 0 || end > MAX_SIZE_LINE) {
      if (bytes.length > MAX_SIZE_LINE) throw new HttpError(400, "a body chunk's size line has no end");
      this.#need = bytes.length + 1;
      return null;
    }
    const line = bytes.toString("latin1", 0, end);
    this.#consume(bytes, end + CRLF.length);
    if (this.#stage === "trailer") {
      this.#need = 1;
      return line === "" ? this.#finish() : null;
    }
    const size = /^([0-9a-f]{1,8})[ \t]*(;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new HttpError(400, "a body chunk begins without its size");
    const length = Number.parseInt(size, 16);
    this.#bodyLength += length;
    if (this.#bodyLength > MAX_BODY) throw new HttpError(413, `the body is longer than ${MAX_BODY} bytes`);
    this.#stage = length === 0 ? "trailer" : "data";
    this.#need = length === 0 ? 1 : length + CRLF.length;
    return null;
  }

  #finish(): HttpRequest {
    const request = this.#request!;
    request.body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#request = null;
    this.#chunks = [];
    this.#bodyLength = 0;
    this.#stage = "head";
    this.#need = 1;
    this.#expectsContinue = false;
    return request;
  }

  #joined(): Buffer {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }

  #consume(bytes: Buffer, count: number): void {
    this.#length = bytes.length - count;
    this.#pieces = this.#length === 0 ? [] : [bytes.subarray(count)];
  }
}
