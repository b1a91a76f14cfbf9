/** Up to here the engine keeps an array's bytes in the object itself; above, it would ask the system for memory. */
const COPIED_BYTES = 1000;

/**
 * The bytes from `from` to `to`. Few are copied: a view makes the engine find a buffer for its array and keep both,
 * which costs a microsecond and a half a read more than the copy, and more memory.
 */
export function bodyPart(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (to - from === bytes.length) return bytes;
  return to - from > COPIED_BYTES ? bytes.subarray(from, to) : bytes.slice(from, to);
}
