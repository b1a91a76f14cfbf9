import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Body, BodyMemory } from "../../src/engine/body.ts";
import { BodyText } from "../../src/engine/body-text.ts";

function bodyOf(pieces: Uint8Array[], memory = new BodyMemory()): Body {
  const body = new Body(memory);
  for (const [index, piece] of pieces.entries()) body.add(piece, 0, piece.length, index);
  return body;
}

/** What a decoder that is handed read after read says. */
function decoded(pieces: Uint8Array[]): { text: string; undecodable: boolean } {
  const whole = Buffer.concat(pieces);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(whole), undecodable: false };
  } catch {
    return { text: "", undecodable: true };
  }
}

function textOf(body: Body, isWhole: boolean): { texts: string[]; undecodable: boolean } {
  const text = new BodyText(body, isWhole);
  const texts = body.stamps.map((_, read) => text.read(read));
  return { texts: [...texts, text.rest()], undecodable: text.undecodable };
}

const letters = fc.array(fc.constantFrom("a", "é", "你", "😀", "\uFEFF", "\n"), { maxLength: 40 });

describe("a body's text", () => {
  test("is that of a decoder, wherever reads part a character, looked at whole or as it comes", () => {
    fc.assert(
      fc.property(letters, fc.array(fc.nat(120), { maxLength: 12 }), fc.boolean(), (text, cuts, isWhole) => {
        const bytes = Buffer.from(text.join(""));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index]!, to));
        const { texts, undecodable } = textOf(bodyOf(pieces), isWhole);
        expect(undecodable).toBe(false);
        expect(texts.join("")).toBe(decoded(pieces).text);
      }),
      { numRuns: 500 },
    );
  });

  test("a character belongs to the read that completes it, both ways", () => {
    const bytes = Buffer.from("a你b");
    const pieces = [bytes.subarray(0, 2), bytes.subarray(2, 3), bytes.subarray(3)];
    for (const isWhole of [true, false]) expect(textOf(bodyOf(pieces), isWhole).texts).toEqual(["a", "", "你b", ""]);
  });

  test("what is not UTF-8 is said, and the rest is read", () => {
    const pieces = [Buffer.from("ab"), Uint8Array.of(0xff), Buffer.from("cd")];
    for (const isWhole of [true, false]) {
      const { texts, undecodable } = textOf(bodyOf(pieces), isWhole);
      expect(undecodable).toBe(true);
      expect(texts.join("")).toBe("ab\uFFFDcd");
    }
  });

  test("a body that ends inside a character is not UTF-8", () => {
    const { undecodable } = textOf(bodyOf([Buffer.from("a你").subarray(0, 3)]), true);
    expect(undecodable).toBe(true);
  });
});

describe("a body's memory", () => {
  test("grows with it, and keeps what was there", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 12 }), (pieces) => {
        const body = bodyOf(pieces);
        expect(Buffer.compare(body.bytes(), Buffer.concat(pieces))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("is used again by the bodies to come, never by two at once", () => {
    const memory = new BodyMemory();
    const piece = Buffer.alloc(10_000, "x");
    const first = bodyOf([piece], memory);
    const [one] = [first.bytes().buffer];
    const second = bodyOf([piece], memory);
    expect(second.bytes().buffer).not.toBe(one);
    first.release();
    const third = bodyOf([piece], memory);
    expect(third.bytes().buffer).toBe(one);
    expect(bodyOf([piece], memory).bytes().buffer).not.toBe(one);
  });

  test("large ones are given back to the system, and small bodies that follow large ones get small memory", () => {
    const memory = new BodyMemory();
    const large = bodyOf([Buffer.alloc(1_000_000)], memory);
    const { buffer } = large.bytes();
    large.release();
    const small = bodyOf([Buffer.from("abc")], memory);
    expect(small.bytes().buffer).not.toBe(buffer);
    expect(small.bytes().buffer.byteLength).toBeLessThanOrEqual(4096);
  });

  test("released it has no bytes, and releasing it again gives nothing twice", () => {
    const memory = new BodyMemory();
    const body = bodyOf([Buffer.alloc(5000)], memory);
    body.release();
    body.release();
    expect(body.bytes()).toHaveLength(0);
    const others = [bodyOf([Buffer.alloc(5000)], memory), bodyOf([Buffer.alloc(5000)], memory)];
    expect(others[0]!.bytes().buffer).not.toBe(others[1]!.bytes().buffer);
  });

  test("a body that is cut keeps whole reads", () => {
    const body = bodyOf([Buffer.from("aaa"), Buffer.from("bbb"), Buffer.from("ccc")]);
    body.cut(4);
    expect([body.length, body.reads, body.bytes().toString()]).toEqual([6, 2, "aaabbb"]);
  });
});
