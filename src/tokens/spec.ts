import { isFields } from "../contract/fields.ts";

/** One part of a tokenizer's file: its type, and fields that depend on it. */
export interface Spec {
  type: string;
  [field: string]: unknown;
}

/** null where the file has none. @throws Error for what is neither */
export function specOf(value: unknown, part: string): Spec | null {
  if (value === null || value === undefined) return null;
  if (isFields(value) && typeof value.type === "string") return value as Spec;
  throw new Error(`its ${part} has no type`);
}

/** @throws Error where the list is none, or holds what has no type */
export function specsOf(value: unknown, part: string): Spec[] {
  if (!Array.isArray(value)) throw new Error(`its ${part} is not a list`);
  return value.map((item) => specOf(item, part)).filter((spec) => spec !== null);
}

export function textIn(spec: Spec, field: string, otherwise: string): string {
  const value = spec[field];
  return typeof value === "string" ? value : otherwise;
}

export function flagIn(spec: Spec, field: string, otherwise: boolean): boolean {
  const value = spec[field];
  return typeof value === "boolean" ? value : otherwise;
}

export function numberIn(spec: Spec, field: string, otherwise: number): number {
  const value = spec[field];
  return typeof value === "number" ? value : otherwise;
}
