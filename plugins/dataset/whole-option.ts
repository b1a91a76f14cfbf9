import type { Params } from "plumb";

/** An option of the dataset's own that counts something. @throws Error where it is no whole number from 1 */
export function wholeOption({ datasetArgs }: Params, name: string): number {
  const value = datasetArgs[name];
  if (Number.isSafeInteger(value) && Number(value) >= 1) return Number(value);
  throw new Error(`--dataset-args: ${name} must be a whole number from 1, not ${value}`);
}
