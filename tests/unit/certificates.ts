import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Some tests make certificates with it. */
export const HAS_OPENSSL = Bun.which("openssl") !== null;

/** A certificate and its key, as PEM files. */
export interface Certificate {
  cert: string;
  key: string;
}

interface Wish {
  /** Names and addresses it is for, as OpenSSL writes them: DNS:localhost. */
  for?: string;
  /** How long it is good for; the past gives one that has expired. */
  from?: Date;
  to?: Date;
}

const DAY_MS = 86_400_000;
const LOCAL = "DNS:localhost,IP:127.0.0.1";

/** An authority in a folder of its own, which says that a certificate is whose it is. */
export class Authority implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "plumb-ca-"));
  /** The file to trust. */
  readonly file = this.#path("authority.pem");
  readonly #key = this.#path("authority.key");
  #made = 0;

  constructor() {
    const subject = ["-subj", "/CN=plumb tests", "-addext", "basicConstraints=critical,CA:TRUE"];
    this.#openssl("req", "-x509", ...this.#newKey(this.#key), ...subject, "-days", "2", "-out", this.file);
    writeFileSync(this.#path("index.txt"), "");
    writeFileSync(this.#path("ca.cnf"), this.#settings());
  }

  /** Signed by the authority. */
  sign(wish: Wish = {}): Certificate {
    const { cert, key } = this.#next();
    const request = this.#path("request.pem");
    this.#openssl("req", "-new", ...this.#newKey(key), ...named(wish), "-out", request);
    const from = utc(wish.from ?? new Date(Date.now() - DAY_MS));
    const to = utc(wish.to ?? new Date(Date.now() + DAY_MS));
    const ca = ["-config", this.#path("ca.cnf"), "-batch", "-notext"];
    this.#openssl("ca", ...ca, "-startdate", from, "-enddate", to, "-in", request, "-out", cert);
    return { cert, key };
  }

  /** Signed by nobody but itself. */
  selfSigned(wish: Wish = {}): Certificate {
    const { cert, key } = this.#next();
    this.#openssl("req", "-x509", ...this.#newKey(key), ...named(wish), "-days", "2", "-out", cert);
    return { cert, key };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #settings(): string {
    return [
      "[ca]\ndefault_ca = it\n[it]",
      `database = ${this.#path("index.txt")}\nnew_certs_dir = ${this.#folder}`,
      `certificate = ${this.file}\nprivate_key = ${this.#key}`,
      "default_md = sha256\npolicy = any\ncopy_extensions = copy\nunique_subject = no\nrand_serial = yes\n[any]\ncommonName = supplied\n",
    ].join("\n");
  }

  #next(): Certificate {
    const name = `certificate-${++this.#made}`;
    return { cert: this.#path(`${name}.pem`), key: this.#path(`${name}.key`) };
  }

  #newKey(file: string): string[] {
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file];
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #openssl(...args: string[]): void {
    const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args]);
    if (exitCode !== 0) throw new Error(`openssl ${args[0]} ended with ${exitCode}: ${stderr}`);
  }
}

function named({ for: names = LOCAL }: Wish): string[] {
  return ["-subj", "/CN=plumb mock", "-addext", `subjectAltName=${names}`];
}

/** As OpenSSL takes it: 20260131235959Z. */
function utc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
}
