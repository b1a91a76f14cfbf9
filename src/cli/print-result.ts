import { UserError } from "../config/user-error.ts";

/** Text is gathered to about this many characters a write. */
const WRITE_CHARS = 64 * 1024;

/**
 * Writes a command's result to stdout at the pace of its reader, so that an answer larger than memory can be piped. A
 * reader that has seen enough, such as `head`, is no fault.
 * @throws UserError (exit 1) where stdout takes no more, as on a full disk
 */
export async function printResult(texts: Iterable<string>): Promise<void> {
  // Each write hears of its own failure; an event that nobody listens to would end the process.
  process.stdout.once("error", () => {});
  try {
    let gathered = "";
    for (const text of texts) {
      gathered += text;
      if (gathered.length < WRITE_CHARS) continue;
      await write(gathered);
      gathered = "";
    }
    await write(gathered);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error && error.syscall === "write")) throw error;
    if ("code" in error && error.code === "EPIPE") return;
    throw new UserError(`cannot write the result to stdout: ${error.message}`, 1, { cause: error });
  }
}

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
