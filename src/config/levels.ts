import type { LevelConfig } from "./run-config.ts";
import type { RequestCount } from "./run-options.ts";
import { UserError } from "./user-error.ts";

/**
 * One level for each pair of values; a single value on either side serves all of the other's.
 * @throws UserError if the lists are of different lengths
 */
export function pairLevels(parallels: number[], numbers: RequestCount[]): LevelConfig[] {
  const count = Math.max(parallels.length, numbers.length);
  if ([parallels.length, numbers.length].some((length) => length !== 1 && length !== count)) {
    throw new UserError(
      `--parallel has ${parallels.length} values and --number has ${numbers.length}: give equally many, or one for all`,
      2,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const parallel = parallels[parallels.length === 1 ? 0 : index]!;
    return { parallel, number: requests(numbers[numbers.length === 1 ? 0 : index]!, parallel) };
  });
}

function requests(count: RequestCount, parallel: number): number {
  return typeof count === "number" ? count : Number.parseInt(count, 10) * parallel;
}
