import { log, type Params } from "plumb";

const PATCH = 28;

/** Runs that have been told: each pass has the same params. */
const told = new WeakSet<Params>();

/** Says once a run what its images are about, in tokens: one for each square of `--image-patch-size` pixels. */
export function tellImageTokens(params: Params, width: number, height: number): void {
  if (told.has(params)) return;
  told.add(params);
  const { imagePatchSize: patch = PATCH, imageNum: count = 1 } = params;
  const tokens = Math.ceil(width / patch) * Math.ceil(height / patch);
  const each = `an image of ${width} x ${height} pixels is about ${tokens} ${tokens === 1 ? "token" : "tokens"} (one for ${patch} x ${patch} pixels)`;
  log.info(`${each}, ${count * tokens} in a message; --image-patch-size says how the model counts`);
}
