import { UserError } from "./user-error.ts";

/** Gathers what is wrong with a command, so that a person mends all of it in one go. */
export class Mistakes {
  /** A set: two checks that stumble over the same thing say it once. */
  readonly #lines = new Set<string>();

  add(line: string): void {
    this.#lines.add(line);
  }

  /** What `read` returns; undefined if it throws a UserError, whose message is kept. Any other error is thrown on. */
  attempt<T>(read: () => T, where?: string): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#keep(error, where);
      return undefined;
    }
  }

  /** `attempt` for what takes its time. */
  async attemptAsync<T>(read: () => Promise<T>, where?: string): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#keep(error, where);
      return undefined;
    }
  }

  #keep(error: unknown, where: string | undefined): void {
    if (!(error instanceof UserError)) throw error;
    this.add(where === undefined ? error.message : `${where}: ${error.message}`);
  }

  get any(): boolean {
    return this.#lines.size > 0;
  }

  /** One error of as many lines as there were mistakes. */
  asError(): UserError {
    return new UserError([...this.#lines].join("\n"), 2);
  }

  throwIfAny(): void {
    if (this.any) throw this.asError();
  }
}
