import { dlopen } from "bun:ffi";
import type { TCPSocketListener } from "bun";

/** Connections that may wait to be accepted; the system may have a lower bound of its own. */
const QUEUE = 65_535;

/**
 * Bun lets 512 connections wait to be accepted. A client that opens thousands while this process is busy for a moment
 * overruns that, and the ones turned away try again after a whole second, which would look like a slow server. A second
 * listen(2) on the same socket widens the queue; where that cannot be done (no descriptor, no C library to call), 512
 * stays.
 */
export function widenAcceptQueue(listener: TCPSocketListener<unknown>): void {
  if (!("fd" in listener) || typeof listener.fd !== "number") return;
  const library = process.platform === "darwin" ? "libSystem.dylib" : "libc.so.6";
  try {
    const libc = dlopen(library, { listen: { args: ["int", "int"], returns: "int" } });
    libc.symbols.listen(listener.fd, QUEUE);
    libc.close();
  } catch {
    // Nothing is lost but room.
  }
}
