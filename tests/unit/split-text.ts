import fc from "fast-check";

/** A text and a way to cut it. */
export function withCuts<T extends string | Uint8Array>(
  whole: fc.Arbitrary<T>,
): fc.Arbitrary<{ whole: T; pieces: T[] }> {
  return fc.tuple(whole, fc.array(fc.nat(), { maxLength: 12 })).map(([text, marks]) => {
    const cuts = [...new Set(marks.map((mark) => mark % (text.length + 1)))].sort((a, b) => a - b);
    const bounds = [0, ...cuts, text.length];
    return { whole: text, pieces: bounds.slice(1).map((end, index) => text.slice(bounds[index], end) as T) };
  });
}
