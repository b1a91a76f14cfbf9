/** One flag of a command: what it is called in the help, which arguments are its own, and what they mean. */
export interface Flag<Value> {
  /** One line, with the unit. */
  help: string;
  /** What stands for the value in the help: `N`, `SECONDS`. */
  hint: string;
  /** One letter, for `-n`. */
  alias?: string;
  /** The help of `--no-NAME`; a flag without it cannot be negated. */
  negative?: string;
  /** What it is when nobody gives it. */
  default: Value;
  /** Its value never stands in a message. */
  secret: boolean;
  /** Accepted so that a command made for another tool runs, and without any effect. */
  ignored: boolean;
  /** Given twice, its values add up; otherwise the last one stays. */
  adds: boolean;
  /** How many of the arguments that stand behind it are its values. */
  claims(following: string[]): number;
  /**
   * The meaning of its values; of none where the flag stood alone.
   * @throws UserError without the flag's name, which the reader adds
   */
  read(values: string[]): Exclude<Value, undefined>;
}

/** Flags by their camelCase name; `maxTokens` is written `--max-tokens`, `--max_tokens` or `--maxTokens`. */
export type FlagTable = Record<string, Flag<unknown>>;

export type FlagValues<Table extends FlagTable> = {
  [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

export function camelName(written: string): string {
  return written.replace(/[-_]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

export function kebabName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
