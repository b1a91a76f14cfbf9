import type { Socket } from "bun";
import type { Call } from "./call.ts";
import { breakOf, distrustOf, type Failure, refusalOf, type Stage } from "./connection-failure.ts";
import type { Origin } from "./http-request.ts";
import { ResponseParser } from "./http-response.ts";
import type { HeadReader } from "./response-head.ts";

/** Seconds that a server has to close a connection. */
const PARTING_S = 4;

/** Who keeps connections between calls. Told before the call's sink is, so that the slot's next call finds it. */
export interface ConnectionKeeper {
  /** One for all connections: their replies have the same heads. */
  readonly heads: HeadReader;
  /** The call has ended, and the connection can carry another. */
  keep(connection: Connection, call: Call): void;
  /** The call has ended, and the server said that it closes the connection. */
  part(connection: Connection): void;
  /** A kept connection was closed with a call on it, before a byte came back. */
  lost(connection: Connection, call: Call): void;
}

/**
 * One connection, from its opening to its end, with at most one call on it. What runs for every read takes no memory
 * but the body's bytes. Stamps are milliseconds of the engine's clock, taken by whoever calls.
 */
export class Connection {
  /** It will carry nothing more. */
  closed = false;
  /** When the call before ended. */
  idleSince = 0;
  /** Calls that it has carried before this one. */
  carried = 0;
  #socket: Socket<Connection> | null = null;
  #call: Call | null = null;
  readonly #parser: ResponseParser;
  #connected: number | null = null;
  #secured = false;
  /** Something of the reply has come in. */
  #answered = false;
  #written = 0;

  /** @param started when the opening began */
  constructor(
    readonly origin: Origin,
    readonly keeper: ConnectionKeeper,
    readonly now: () => number,
    readonly started: number,
  ) {
    this.#secured = !origin.isTls;
    this.#parser = new ResponseParser(keeper.heads);
  }

  /** Takes a call; it goes out at once, or as soon as the connection is there. */
  carry(call: Call): void {
    this.#call = call;
    this.#answered = false;
    this.#written = 0;
    this.#parser.begin(call.method);
    call.connection = this;
    call.passage.newConnection = this.carried === 0;
    if (this.#connected !== null && this.#secured) this.#write(call);
  }

  /** The call was given up; nobody knows what of its reply is still under way, so the connection goes with it. */
  drop(call: Call): void {
    if (this.#call === call) this.terminate();
  }

  terminate(): void {
    this.#release();
    this.closed = true;
    this.#socket?.terminate();
  }

  opened(socket: Socket<Connection>, stamp: number): void {
    this.#socket = socket;
    // A kept connection does not keep a process from ending: whoever has requests out has timers too.
    socket.unref();
    const call = this.#call;
    if (call === null) {
      this.terminate();
      return;
    }
    this.#connected = stamp;
    call.passage.connectS = (stamp - this.started) / 1000;
    if (this.#secured) this.#write(call);
  }

  /** The TLS handshake is over. */
  handshaken(trusted: boolean, error: Error | null, stamp: number): void {
    const call = this.#call;
    if (call === null) return;
    if (!trusted) {
      this.#fail(call, distrustOf(error), stamp);
      return;
    }
    this.#secured = true;
    call.passage.tlsS = (stamp - this.#connected!) / 1000;
    this.#write(call);
  }

  /** Room for what could not be written before. */
  drained(): void {
    if (this.#call !== null && this.#secured && this.#call.passage.written === null) this.#write(this.#call);
  }

  /** What one read brought: runs for every one. */
  read(bytes: Uint8Array, stamp: number): void {
    const call = this.#call;
    if (call === null) {
      // Nobody has asked for anything.
      this.terminate();
      return;
    }
    const parser = this.#parser;
    call.passage.wireReceived += bytes.byteLength;
    this.#answered = true;
    const { head } = parser;
    parser.feed(bytes);
    if (head === null && parser.head !== null) call.head(parser.head, stamp);
    // A sink that has had enough gives up in the middle of these.
    const { from, to } = parser;
    if (from < to && this.#call === call) call.sink.piece(bytes, stamp, from, to);
    if (this.#call !== call) return;
    if (parser.fault !== null) this.#fail(call, { kind: "protocol", message: parser.fault }, stamp);
    else if (parser.ended) this.#end(call, stamp);
  }

  /** The connection came to nothing. It may be called in the very call that asks for a connection. */
  refused(error: unknown, stamp: number): void {
    this.closed = true;
    const call = this.#call;
    if (call === null) return;
    const failure = refusalOf(error);
    setImmediate(() => {
      if (this.#call === call) this.#fail(call, failure, stamp);
    });
  }

  /** @param error null: the other side has said everything */
  ended(error: unknown, stamp: number): void {
    this.closed = true;
    const call = this.#call;
    if (call === null) return;
    const parser = this.#parser;
    if (error === null) parser.close();
    if (parser.ended) this.#end(call, stamp);
    else if (this.carried > 0 && !this.#answered) this.keeper.lost(this, this.#release()!);
    else this.#fail(call, breakOf(error, this.#stage()), stamp);
  }

  #write(call: Call): void {
    const { bytes } = call.outgoing;
    // Bun takes the length to be the whole one, were it left out.
    const accepted = this.#socket!.write(bytes, this.#written, bytes.byteLength - this.#written);
    // Closed: `ended` follows.
    if (accepted < 0) return;
    this.#written += accepted;
    call.passage.wireSent += accepted;
    if (this.#written === bytes.byteLength) call.passage.written = this.now();
  }

  #end(call: Call, stamp: number): void {
    this.#release();
    const { head, excess } = this.#parser;
    const whole = this.#written === call.outgoing.bytes.byteLength && !excess;
    if (this.closed) {
      // A body that ended with the connection.
    } else if (!whole) {
      this.terminate();
    } else if (head!.keepAlive && !call.outgoing.closes) {
      this.idleSince = stamp;
      this.carried++;
      this.keeper.keep(this, call);
    } else {
      this.keeper.part(this);
    }
    call.sink.end(stamp);
  }

  /** Leaves the closing to the server, for a while: who closes first holds the local port for a minute. */
  leave(): void {
    this.closed = true;
    this.#socket!.timeout(PARTING_S);
  }

  #fail(call: Call, { kind, message }: Failure, stamp: number): void {
    this.terminate();
    call.sink.fail(kind, message, stamp);
  }

  /** How far its call has come. */
  #stage(): Stage {
    if (!this.#secured) return "handshake";
    if (!this.#answered) return "request";
    return this.#parser.head === null ? "head" : "body";
  }

  #release(): Call | null {
    const call = this.#call;
    this.#call = null;
    if (call !== null) call.connection = null;
    return call;
  }
}
