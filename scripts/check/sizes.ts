// Finds files that have grown too long to be about one thing.
import { sourceFiles } from "./source-files.ts";

const MAX_LINES = 250;

/** Files that may be longer, and why. */
const LONGER: { pattern: RegExp; because: string }[] = [
  { pattern: /^plugins\/dataset\/openqa-questions(-\w+)?\.ts$/, because: "a list of questions: data, not code" },
  {
    pattern: /^src\/contract\/script\.ts$/,
    because: "a list of options, one a line, that authors read from top to bottom",
  },
];

const tooLong: string[] = [];
for (const { file, text } of await sourceFiles(["src", "plugins", "scripts"])) {
  const lines = text.trimEnd().split("\n").length;
  if (lines > MAX_LINES && !LONGER.some(({ pattern }) => pattern.test(file))) {
    tooLong.push(`${file}: ${lines} lines; ${MAX_LINES} at most, or an entry with a reason in scripts/check/sizes.ts`);
  }
}
for (const complaint of tooLong) console.log(complaint);
process.exit(tooLong.length === 0 ? 0 : 1);
