/** In UTF-16 units; longer pieces hardly ever come twice. */
const LONGEST = 64;
const MOST_IDS = 255;
/** Memory for about 250,000 words, 16 MB, taken as it fills; where it is used up, the cache begins anew. */
const SLOTS = 2 ** 19;
const UNITS = 2 ** 21;
const IDS = 2 ** 20;
/** Numbers a slot: a hash, where its units begin, where its ids begin, and how many there are of both. */
const SLOT = 4;
const IDS_BITS = 8;

/**
 * Ids of the pieces seen before: words come again and again, and looking one up costs a twentieth of making it. A piece
 * is looked for in the text itself, by its units: neither a string is made for it nor an object for what is found.
 */
export class PieceCache {
  readonly #slots = new Int32Array(SLOTS * SLOT);
  readonly #units = new Uint16Array(UNITS);
  readonly #ids = new Int32Array(IDS);
  #unitsUsed = 0;
  #idsUsed = 0;
  #pieces = 0;

  constructor(readonly make: (piece: string) => readonly number[]) {}

  /** How many ids the piece from `start` to `end` has. */
  count(text: string, start = 0, end = text.length): number {
    if (end - start > LONGEST) return this.make(text.slice(start, end)).length;
    const slot = this.#slotOf(text, start, end);
    if (this.#slots[slot] !== 0) return this.#slots[slot + 3]! & MOST_IDS;
    return this.#made(text.slice(start, end), slot).length;
  }

  /** Puts the ids of the piece from `start` to `end` behind others. */
  append(ids: number[], text: string, start = 0, end = text.length): void {
    const slot = end - start > LONGEST ? null : this.#slotOf(text, start, end);
    if (slot !== null && this.#slots[slot] !== 0) {
      const from = this.#slots[slot + 2]!;
      const to = from + (this.#slots[slot + 3]! & MOST_IDS);
      for (let at = from; at < to; at++) ids.push(this.#ids[at]!);
      return;
    }
    const piece = text.slice(start, end);
    for (const id of slot === null ? this.make(piece) : this.#made(piece, slot)) ids.push(id);
  }

  /** Where the piece is, else the free slot where it would go: its hash is 0. */
  #slotOf(text: string, start: number, end: number): number {
    const slots = this.#slots;
    const hash = hashOf(text, start, end);
    let slot = (hash & (SLOTS - 1)) * SLOT;
    while (slots[slot] !== 0 && (slots[slot] !== hash || !this.#isAt(slot, text, start, end))) {
      slot = (slot + SLOT) & (SLOTS * SLOT - 1);
    }
    return slot;
  }

  #isAt(slot: number, text: string, start: number, end: number): boolean {
    const length = end - start;
    if (this.#slots[slot + 3]! >> IDS_BITS !== length) return false;
    const units = this.#units;
    const from = this.#slots[slot + 1]!;
    for (let at = 0; at < length; at++) if (units[from + at] !== text.charCodeAt(start + at)) return false;
    return true;
  }

  /** Makes the ids of a piece, and keeps them in a slot that is free. */
  #made(piece: string, slot: number): readonly number[] {
    const ids = this.make(piece);
    if (ids.length > MOST_IDS) return ids;
    const full = this.#isFull(piece.length, ids.length);
    if (full) this.#clear();
    const hash = hashOf(piece, 0, piece.length);
    const place = full ? (hash & (SLOTS - 1)) * SLOT : slot;
    this.#slots[place] = hash;
    this.#slots[place + 1] = this.#unitsUsed;
    this.#slots[place + 2] = this.#idsUsed;
    this.#slots[place + 3] = (piece.length << IDS_BITS) | ids.length;
    for (let at = 0; at < piece.length; at++) this.#units[this.#unitsUsed++] = piece.charCodeAt(at);
    for (const id of ids) this.#ids[this.#idsUsed++] = id;
    this.#pieces++;
    return ids;
  }

  /** Half of the slots stay free, so that a search ends soon. */
  #isFull(units: number, ids: number): boolean {
    return this.#pieces === SLOTS / 2 || this.#unitsUsed + units > UNITS || this.#idsUsed + ids > IDS;
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#unitsUsed = 0;
    this.#idsUsed = 0;
    this.#pieces = 0;
  }
}

/** FNV-1a over units, its halves mixed; never 0. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return hash === 0 ? 1 : hash;
}
