import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { UserError } from "../../src/config/user-error.ts";
import { MOCK_DEFAULTS } from "../../src/mock/options.ts";
import { Authority, type Certificate, HAS_OPENSSL } from "./certificates.ts";
import { answer, CHAT, post, start, stopAll, timed } from "./mock-fixture.ts";
import { SELF_SIGNED } from "./self-signed.ts";

afterEach(stopAll);

/** What fetch makes of it: the answer's model, or the error's code. */
async function ask(url: string, tls: object): Promise<string> {
  try {
    return (await answer(post(`${url}/chat/completions`, CHAT, { tls } as RequestInit))).model;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

test("serves https with a certificate and its key, streams too", async () => {
  const mock = start({ tls: SELF_SIGNED, tokens: 20, itlMs: 1 });
  expect(mock.url).toStartWith("https://127.0.0.1:");
  expect(await ask(mock.url, { ca: SELF_SIGNED.cert })).toBe("mock");
  expect(await ask(mock.url, { rejectUnauthorized: false })).toBe("mock");
  const body = { ...CHAT, stream: true };
  const reply = await post(`${mock.url}/chat/completions`, body, { tls: { ca: SELF_SIGNED.cert } } as RequestInit);
  expect(await reply.text()).toEndWith("data: [DONE]\n\n");
  expect(mock.stats()).toMatchObject({ finished: 3, in_flight: 0 });
});

test("an http client gets no answer, and the mock goes on", async () => {
  const mock = start({ tls: SELF_SIGNED });
  await expect(timed(`${mock.url.replace("https", "http")}/chat/completions`, CHAT)).rejects.toThrow();
  expect(await ask(mock.url, { ca: SELF_SIGNED.cert })).toBe("mock");
});

test.each([
  ["no PEM", { cert: "x", key: "y" }],
  ["a key that is not a certificate's", { cert: SELF_SIGNED.cert, key: "" }],
])("%s is the user's to mend", (_, tls) => {
  expect(() => start({ tls })).toThrow(UserError);
  expect(() => start({ tls })).toThrow("--tls-cert");
});

test("listens on loopback unless told otherwise", () => {
  expect(MOCK_DEFAULTS.host).toBe("127.0.0.1");
  expect(start().url).toContain("//127.0.0.1:");
  expect(start({ host: "localhost" }).url).toContain("//localhost:");
});

describe.skipIf(!HAS_OPENSSL)("with an authority", () => {
  const authority = HAS_OPENSSL ? new Authority() : null;
  afterAll(() => authority?.[Symbol.dispose]());
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

  test.each<[string, (authority: Authority) => Certificate, string]>([
    ["a good certificate is trusted", (it) => it.sign(), "mock"],
    ["one for another host is not", (it) => it.sign({ for: "DNS:elsewhere.invalid" }), "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["an expired one is not", (it) => it.sign({ from: ago(9), to: ago(2) }), "CERT_HAS_EXPIRED"],
    ["one signed by itself is not", (it) => it.selfSigned(), "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("%s", async (_, make, said) => {
    const files = make(authority!);
    const mock = start({ tls: { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") } });
    expect(await ask(mock.url, { ca: readFileSync(authority!.file, "utf8") })).toBe(said);
    expect(await ask(mock.url, { rejectUnauthorized: false })).toBe("mock");
  });
});
