import { crc32 } from "node:zlib";

/** RFC 1952, section 2.3: deflate, no flags, no time, no hint, no system. */
const HEAD = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
const MOST_IN_BLOCK = 0xffff;

/**
 * The pieces as one gzip stream that can be read piece by piece: each is blocks that are stored as they are (RFC 1951,
 * section 3.2.4), for a compressor would hold them back.
 */
export function gzipPieces(pieces: Buffer[]): Buffer[] {
  const whole = Buffer.concat(pieces);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(whole), 0);
  tail.writeUInt32LE(whole.length % 2 ** 32, 4);
  return pieces.map((piece, index) => {
    const blocks = storedBlocks(piece);
    if (index === 0) blocks.unshift(HEAD);
    if (index === pieces.length - 1) blocks.push(storedBlock(Buffer.alloc(0), true), tail);
    return Buffer.concat(blocks);
  });
}

function storedBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += MOST_IN_BLOCK) {
    blocks.push(storedBlock(bytes.subarray(from, from + MOST_IN_BLOCK), false));
  }
  return blocks;
}

function storedBlock(bytes: Buffer, last: boolean): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(last ? 1 : 0, 0);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(bytes.length ^ MOST_IN_BLOCK, 3);
  return Buffer.concat([head, bytes]);
}
