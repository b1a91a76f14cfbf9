/** What a plugin is waited for, in seconds. */
const LONGEST_S = 10;

/** @throws Error where nothing comes within 10 s: whoever looks at a plugin would wait for ever with it */
export async function inTime<T>(work: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${LONGEST_S} s`)), LONGEST_S * 1000);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
