import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RequestWriter } from "../../src/transport/http-request.ts";
import { requestTo } from "./response-log.ts";

const writer = new RequestWriter("keep-alive");
const URL_ = "http://127.0.0.1:8000/v1/chat/completions?a=b";

function linesOf(changed: Parameters<typeof requestTo>[1] = {}, url = URL_): { lines: string[]; body: string } {
  const text = Buffer.from(writer.write(requestTo(url, changed)).bytes).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  return { lines: text.slice(0, end).split("\r\n"), body: text.slice(end + 4) };
}

describe("the bytes of a request", () => {
  test("request line, host, headers, and the length in bytes", () => {
    const { lines, body } = linesOf({ headers: { "X-Own": "1", authorization: "Bearer k" }, body: "é" });
    expect(lines[0]).toBe("POST /v1/chat/completions?a=b HTTP/1.1");
    for (const wanted of ["host: 127.0.0.1:8000", "x-own: 1", "authorization: Bearer k", "connection: keep-alive"]) {
      expect(lines).toContain(wanted);
    }
    expect(lines).toContain("Content-Length: 2");
    expect(body).toBe("\xc3\xa9");
  });

  test("one header of each name, the request's own before ours", () => {
    const { lines } = linesOf({ headers: { host: "other", "user-agent": "me", accept: "x/y", connection: "close" } });
    const names = lines.slice(1).map((line) => line.split(":")[0]!.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const wanted of ["host: other", "user-agent: me", "accept: x/y", "connection: close"]) {
      expect(lines).toContain(wanted);
    }
  });

  test("framing is ours alone", () => {
    const { lines } = linesOf({ headers: { "Content-Length": "999", "transfer-encoding": "chunked" } });
    expect(lines.filter((line) => /^(content-length|transfer-encoding)/i.test(line))).toEqual(["Content-Length: 2"]);
  });

  test("without a body: a length where one is expected, none else", () => {
    expect(linesOf({ body: null }).lines).toContain("Content-Length: 0");
    for (const method of ["GET", "HEAD", "DELETE"]) {
      const { lines, body } = linesOf({ method, body: null });
      expect(lines.some((line) => /^content-length/i.test(line))).toBe(false);
      expect(body).toBe("");
    }
  });

  test("a header's bytes above 127 go out as they are, and as one", () => {
    expect(linesOf({ headers: { x: "caf\xe9" } }).lines).toContain("x: caf\xe9");
  });

  test("credentials of the URL, unless there are others", () => {
    const url = "http://us%40r:pw@127.0.0.1/";
    const basic = `authorization: Basic ${Buffer.from("us@r:pw").toString("base64")}`;
    expect(linesOf({}, url).lines).toContain(basic);
    expect(linesOf({ headers: { authorization: "Bearer k" } }, url).lines).not.toContain(basic);
  });

  test("whether the server is told to close", () => {
    const closing = new RequestWriter("close");
    expect(writer.write(requestTo(URL_)).closes).toBe(false);
    expect(closing.write(requestTo(URL_)).closes).toBe(true);
    expect(writer.write(requestTo(URL_, { headers: { connection: "Close" } })).closes).toBe(true);
  });

  test("the same header object with another URL, method or body is another request", () => {
    const headers = { a: "1" };
    const first = linesOf({ headers, body: "one" });
    const second = linesOf({ headers, body: "three", method: "PUT" }, "https://[::1]/other");
    const third = linesOf({ headers, body: "one" });
    expect(second.lines[0]).toBe("PUT /other HTTP/1.1");
    expect(second.lines).toContain("host: [::1]");
    expect(second.body).toBe("three");
    expect(third).toEqual(first);
    expect(writer.write(requestTo("https://[::1]/other", { headers })).origin).toEqual({
      url: "https://[::1]",
      hostname: "::1",
      isTls: true,
    });
  });

  test("nothing that a caller gives breaks out of its line", () => {
    const anything = fc.record({
      method: fc.oneof(fc.constant("POST"), fc.string({ maxLength: 8 })),
      name: fc.oneof(fc.constant("x"), fc.string({ maxLength: 8 })),
      value: fc.string({ unit: "binary", maxLength: 12 }),
      path: fc.string({ unit: "binary", maxLength: 12 }),
      body: fc.string({ unit: "binary", maxLength: 20 }),
    });
    fc.assert(
      fc.property(anything, ({ method, name, value, path, body }) => {
        const request = requestTo(`http://h/${path}`, { method, headers: { [name]: value }, body });
        let bytes: Uint8Array;
        try {
          bytes = writer.write(request).bytes;
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        const text = Buffer.from(bytes).toString("latin1");
        const head = text.slice(0, text.indexOf("\r\n\r\n"));
        expect(head.split("\r\n").length).toBeLessThanOrEqual(7);
        expect(head.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
        expect(bytes.length - head.length - 4).toBe(Buffer.byteLength(body));
      }),
    );
  });
});
