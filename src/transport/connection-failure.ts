import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import type { ErrorKind } from "../record/outcome.ts";
import { failureOf } from "./failure.ts";

export interface Failure {
  kind: ErrorKind;
  message: string;
}

/** How far the call on a connection has come: the handshake of TLS, the request, the reply's head, its body. */
export type Stage = "handshake" | "request" | "head" | "body";

const CUT_HANDSHAKE = "the connection was closed during the TLS handshake";

/** Why no connection came about. */
export function refusalOf(error: unknown): Failure {
  // Bun says ECONNREFUSED of it, as where nobody listens.
  if (lacksDescriptors()) {
    return { kind: "local_resource", message: "EMFILE: no file descriptor is left for a connection (ulimit -n)" };
  }
  const { kind, message } = failureOf(error);
  return { kind: kind === "reset" ? "connect" : kind, message };
}

/** Why a TLS handshake did not lead to a server that is trusted; null: nothing is known. */
export function distrustOf(error: Error | null): Failure {
  const { kind, message } = failureOf(error);
  return { kind: "tls", message: error === null || kind === "reset" ? CUT_HANDSHAKE : message };
}

/** OpenSSL's names for what may be wrong with a certificate, and Bun's for one of another host. */
const DISTRUST = /CERT|CRL|SELF_SIGNED|UNABLE_TO_|HOSTNAME|ISSUER|AUTHORITY/;

/**
 * Whether the handshake came about and only the certificate is not trusted. Bun says so of one for another host even
 * where it was told to check nothing.
 */
export function isDistrust(error: Error | null): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && DISTRUST.test(code);
}

/** What it means that a connection ended. @param error null: the other side closed it as one that has said everything */
export function breakOf(error: unknown, stage: Stage): Failure {
  if (stage === "handshake") return { kind: "tls", message: CUT_HANDSHAKE };
  if (error !== null) return failureOf(error);
  if (stage === "request") return { kind: "reset", message: "the connection was closed without a reply" };
  return { kind: "reset", message: `the connection was closed in the middle of the reply's ${stage}` };
}

/** Whether this process may open nothing more. */
function lacksDescriptors(): boolean {
  try {
    closeSync(openSync(devNull, "r"));
    return false;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === "EMFILE" || code === "ENFILE";
  }
}
