import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { Authority, type Certificate, HAS_OPENSSL } from "../unit/certificates.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { results } from "./record.ts";

const TRANSPORTS = ["fetch", ...(existsSync(`${import.meta.dir}/../../src/transport/socket.ts`) ? ["socket"] : [])];
const DAY_MS = 86_400_000;

describe.skipIf(!HAS_OPENSSL).each(TRANSPORTS)("--transport %s against plumb mock --tls-cert", (transport) => {
  let authority: Authority;
  beforeAll(() => {
    authority = new Authority();
  });
  afterAll(() => authority[Symbol.dispose]());

  const serve = ({ cert, key }: Certificate) => Mock.start("--tls-cert", cert, "--tls-key", key, "--ttft", "5");
  const load = (mock: Mock) => {
    const flags = ["--model", "mock", "--no-test-connection", "--number", "2", "--transport", transport];
    return ["--url", mock.url, ...flags];
  };

  test("a certificate of an authority that --ca names is trusted", async () => {
    using mock = await serve(authority.sign());
    using workspace = new Workspace();
    const { folder } = await workspace.run(...load(mock), "--ca", authority.file);
    expect(results(workspace.join(folder)).map((row) => row.success)).toEqual([1, 1]);
  });

  const past = (days: number) => new Date(Date.now() - days * DAY_MS);
  const otherHost = () => authority.sign({ for: "DNS:elsewhere.invalid" });
  test.each<[string, () => Certificate, string[]]>([
    ["of an authority that nobody named", () => authority.sign(), []],
    ["for another host", otherHost, ["--ca"]],
    ["that has expired", () => authority.sign({ from: past(9), to: past(2) }), ["--ca"]],
    ["that nobody signed", () => authority.selfSigned(), ["--ca"]],
  ])("one %s is refused", async (_, make, trust) => {
    using mock = await serve(make());
    using workspace = new Workspace();
    const trusted = trust.length === 0 ? [] : ["--ca", authority.file];
    const { folder } = await workspace.runInVain(...load(mock), ...trusted);
    for (const row of results(workspace.join(folder))) {
      expect(row).toMatchObject({ success: 0, error_kind: "tls", status: null });
      expect(row.error).not.toBe("");
    }
  });

  const insecure = async (certificate: Certificate) => {
    using mock = await serve(certificate);
    using workspace = new Workspace();
    const { folder } = await workspace.run(...load(mock), "--insecure");
    expect(results(workspace.join(folder)).map((row) => row.success)).toEqual([1, 1]);
  };
  test("--insecure takes one of an unknown authority", () => insecure(authority.sign()));
  test("--insecure takes one for another host", () => insecure(otherHost()));
});
