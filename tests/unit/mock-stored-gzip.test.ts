import { expect, test } from "bun:test";
import { createGunzip } from "node:zlib";
import fc from "fast-check";
import { gzipPieces } from "../../src/mock/stored-gzip.ts";

test("any pieces are gzip's, and together the same bytes", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pieces, (given) => {
      const bytes = given.map((piece) => Buffer.from(piece));
      expect(Buffer.from(Bun.gunzipSync(Buffer.concat(gzipPieces(bytes))))).toEqual(Buffer.concat(bytes));
    }),
  );
});

test("a piece longer than a block can be is several blocks", () => {
  const long = Buffer.alloc(200_000, "plumb ");
  expect(Buffer.from(Bun.gunzipSync(Buffer.concat(gzipPieces([long]))))).toEqual(long);
});

test("each piece can be read before the next is there", async () => {
  const gunzip = createGunzip();
  const [first, second] = gzipPieces([Buffer.from("one"), Buffer.from("two")]);
  const read = () =>
    new Promise<string>((resolve) => gunzip.once("data", (bytes: Buffer) => resolve(bytes.toString())));
  const one = read();
  gunzip.write(first);
  expect(await one).toBe("one");
  const two = read();
  gunzip.write(second);
  expect(await two).toBe("two");
});
