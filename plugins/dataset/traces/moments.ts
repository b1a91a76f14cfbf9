/** `2023-11-16 18:17:03.9799600`, `2024-05-10T00:00:00Z`, with an offset or none. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * Seconds of a date and time, which is UTC where it has no offset; null: it is none. Digits beyond the millisecond are
 * kept as far as a number of seconds since 1970 holds them: a quarter of a microsecond.
 */
export function dateTimeS(text: string): number | null {
  const [, date, time, fraction = "", offset = "Z"] = DATE_TIME.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  const wholeMs = Date.parse(`${date}T${time}${offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(wholeMs) ? null : wholeMs / 1000 + Number(`0${fraction}`);
}

/** A number from 0; null: it is none. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null;
}

/** A whole number from 0; null: it is none. */
export function countIn(value: unknown): number | null {
  const number = numberOf(value);
  return Number.isSafeInteger(number) ? number : null;
}
