import { log, type Params } from "plumb";

/** Runs that have been told: each pass has the same params. */
const told = new WeakSet<Params>();

/** Says once a run how many of a file's records hold nothing that could be sent. */
export function tellPassedOver(records: number, path: string, params: Params): void {
  if (records === 0 || told.has(params)) return;
  told.add(params);
  const what = records === 1 ? "1 record that holds nothing to send" : `${records} records that hold nothing to send`;
  log.warn(`${path}: ${what}, passed over`);
}
