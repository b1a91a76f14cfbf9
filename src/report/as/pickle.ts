/** Python's pickle, protocol 2, of what JSON can say: evalscope keeps a reply's chunks so. */
export function pickled(value: unknown): Buffer {
  const parts: Buffer[] = [Buffer.from([0x80, 2])];
  write(value, parts);
  parts.push(Buffer.from("."));
  return Buffer.concat(parts);
}

function write(value: unknown, parts: Buffer[]): void {
  if (value === null || value === undefined) parts.push(Buffer.from("N"));
  else if (typeof value === "boolean") parts.push(Buffer.from([value ? 0x88 : 0x89]));
  else if (typeof value === "number") parts.push(numberOpcode(value));
  else if (typeof value === "string") parts.push(textOpcode(value));
  else if (Array.isArray(value)) {
    parts.push(Buffer.from("]("));
    for (const item of value) write(item, parts);
    parts.push(Buffer.from("e"));
  } else {
    parts.push(Buffer.from("}("));
    for (const [key, item] of Object.entries(value)) {
      parts.push(textOpcode(key));
      write(item, parts);
    }
    parts.push(Buffer.from("u"));
  }
}

/** BINUNICODE: a length of 4 bytes and UTF-8. */
function textOpcode(text: string): Buffer {
  const utf8 = Buffer.from(text);
  const head = Buffer.from("X\0\0\0\0");
  head.writeUInt32LE(utf8.length, 1);
  return Buffer.concat([head, utf8]);
}

/** BININT up to 32 bits, else LONG1 of 8 bytes; BINFLOAT for what is no whole number. */
function numberOpcode(value: number): Buffer {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    const float = Buffer.alloc(9, "G");
    float.writeDoubleBE(value, 1);
    return float;
  }
  if (value === (value | 0)) {
    const int = Buffer.alloc(5, "J");
    int.writeInt32LE(value, 1);
    return int;
  }
  const long = Buffer.alloc(10);
  long[0] = 0x8a;
  long[1] = 8;
  long.writeBigInt64LE(BigInt(value), 2);
  return long;
}
