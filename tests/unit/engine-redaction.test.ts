import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Secrets } from "../../src/config/run-config.ts";
import type { Finished } from "../../src/engine/protocol.ts";
import { Redaction } from "../../src/engine/redaction.ts";
import type { Ending } from "../../src/record/outcome.ts";
import { request } from "./record-fixture.ts";

const KEY = 'sk-a"secret\\key';
const FAILED: Ending = { ok: false, kind: "http_4xx", message: `HTTP 401; ${KEY} is wrong` };

function secrets(
  headers: Record<string, string>,
  urlCredentials: string | null = null,
  proxyCredentials: string | null = null,
): Secrets {
  return { headers, urlCredentials, proxyCredentials };
}

function finished(ending: Ending, responseMessages: string, outputText = ""): Finished {
  const payload = { responseMessages, outputText };
  const recorded = request({ id: 1, at: 0, ending, payload });
  return { recorded, firstChunkTokens: null, outputSpanS: null, reasoningStreamed: false };
}

test("a failure's message, its events and its text lose the key, escaped or not", () => {
  const messages = JSON.stringify([{ error: `Bearer ${KEY}`, code: 401 }, `<b>${KEY}</b>`]);
  const it = finished(FAILED, messages, `the key is ${KEY}`);
  new Redaction(secrets({ authorization: `Bearer ${KEY}` })).finished(it);
  const { outcome, payload } = it.recorded;
  expect(outcome.ending).toEqual({ ...FAILED, message: "HTTP 401; *** is wrong" });
  expect(JSON.parse(payload.responseMessages!)).toEqual([{ error: "Bearer ***", code: 401 }, "<b>***</b>"]);
  expect(payload.outputText).toBe("the key is ***");
});

test("what has no key in it stays as it came, to the byte", () => {
  const messages = '[{ "n": 1.0, "n": 12345678901234567890 }]';
  const it = finished(FAILED, messages);
  new Redaction(secrets({ "x-api-key": "another-key" })).finished(it);
  expect(it.recorded.payload.responseMessages).toBe(messages);
});

test("a success is left alone", () => {
  const it = finished({ ok: true }, JSON.stringify([KEY]), KEY);
  new Redaction(secrets({ "x-api-key": KEY })).finished(it);
  expect(it.recorded.payload.outputText).toBe(KEY);
});

test("a key that is a word is no key", () => {
  const it = finished(FAILED, '["EMPTY"]', "EMPTY");
  new Redaction(secrets({ authorization: "Bearer EMPTY" })).finished(it);
  expect(it.recorded.payload.outputText).toBe("EMPTY");
});

test("a URL's password, and what basic authentication makes of it; the name stays", () => {
  const basic = Buffer.from("somebody:pass:word").toString("base64");
  const redaction = new Redaction(secrets({}, "somebody:pass:word"));
  const message = `${basic} is somebody with pass:word`;
  const result = redaction.probed({ ok: false, status: 401, kind: "http", message, body: `"${basic}"` });
  expect(result).toMatchObject({ message: "*** is somebody with ***", body: '"***"' });
});

test("a proxy's password, as it is, in a URL, and in its header", () => {
  const redaction = new Redaction(secrets({}, null, "me:p@ss/word"));
  const basic = Buffer.from("me:p@ss/word").toString("base64");
  expect(redaction.text(`407 from http://me:p%40ss%2Fword@proxy: p@ss/word, Basic ${basic}`)).toBe(
    "407 from http://me:***@proxy: ***, Basic ***",
  );
});

test("a token that stands in a URL alone is no name", () => {
  expect(new Redaction(secrets({}, "ghp_1234567890:")).text("no user ghp_1234567890")).toBe("no user ***");
});

test.each([
  ["cookie", "session=abcdefgh12; theme=dark", "no session abcdefgh12 in dark", "no session *** in dark"],
  ["cookie", "session=abcdefgh12; theme=dark", "session=abcdefgh12", "***"],
  ["x-secret", "two small words", "I know the two small words", "I know the ***"],
  ["x-api-key", "YWJjZGVmZ2g=", "key YWJjZGVmZ2g=", "key ***"],
  ["authorization", `Basic ${btoa("me:pass-word")}`, "me may not with pass-word", "me may not with ***"],
])("%s: %s is taken out of %j", (name, value, said, kept) => {
  expect(new Redaction(secrets({ [name]: value })).text(said)).toBe(kept);
});

test("a message that was cut in the middle of a key does not keep its beginning", () => {
  const redaction = new Redaction(secrets({ "x-api-key": "sk-1234567890" }));
  for (let length = 8; length <= 13; length++) {
    expect(redaction.text(`refused: ${"sk-1234567890".slice(0, length)}`)).toBe("refused: ***");
  }
});

test("whatever a failed reply holds, it stays JSON and holds no key", () => {
  const key = fc
    .string({ unit: "grapheme-ascii", minLength: 8, maxLength: 12 })
    .filter((text) => !/[\s;,*]/.test(text));
  const json = fc.jsonValue();
  fc.assert(
    fc.property(key, json, fc.string(), (secret, value, around) => {
      const it = finished(FAILED, JSON.stringify([value, around + secret + around, { deep: [secret] }]));
      new Redaction(secrets({ authorization: `Bearer ${secret}` })).finished(it);
      const kept = JSON.parse(it.recorded.payload.responseMessages!) as [unknown, string, { deep: string[] }];
      expect(kept[1]).not.toContain(secret);
      expect(kept[2]).toEqual({ deep: ["***"] });
    }),
  );
});
