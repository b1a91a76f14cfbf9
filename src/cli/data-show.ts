import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { charactersIn, textsOf } from "../dataset/input-texts.ts";
import type { Say } from "../report/language.ts";
import { printable, printableJson } from "../report/printable.ts";
import { type DataRequest, readDataCommand } from "./data-request.ts";
import { printResult } from "./print-result.ts";

const INPUTS = 3;
/** A person sees so many characters of a text; --json gives all. */
const LONGEST_SHOWN = 300;
/** A mixture has no end, and an API may skip all of it. */
const MOST_SKIPPED = 10_000;

/** `plumb data show NAME` */
export async function showData(rawArgs: string[]): Promise<number> {
  const request = await readDataCommand("show", rawArgs, INPUTS);
  const { config, stream, counting } = request;
  try {
    const bodies: string[] = [];
    for await (const { input, body } of firstBodies(request)) {
      if (config.json) bodies.push(printableJson(body, 2));
      else
        bodies.push(
          `${titleOf(input, bodies.length + 1, request.say)}\n${printableJson(shortened(body, request.say), 2)}\n`,
        );
    }
    if (bodies.length === 0) {
      throw new UserError(`dataset ${config.dataset} gave no input that --api ${config.api} would send`, 1);
    }
    await printResult([config.json ? `[${bodies.join(",\n")}]\n` : bodies.join("\n")]);
    return 0;
  } finally {
    await stream.close();
    counting.counter.close();
  }
}

async function* firstBodies({
  config,
  count,
  apiFor,
  stream,
}: DataRequest): AsyncGenerator<{ input: Input; body: unknown }> {
  for (let left = count, skipped = 0; left > 0 && skipped < MOST_SKIPPED; ) {
    const [input] = await stream.take(1);
    if (input === undefined) return;
    // What is sent of a conversation depends on the replies.
    const body = input.kind === "conversation" ? input.turns : await bodyOf(input, apiFor(input), config.params);
    if (body === null) skipped++;
    else {
      left--;
      yield { input, body };
    }
  }
}

/** null: the API skips such an input. @throws UserError where it cannot send it */
async function bodyOf(input: Input, api: ApiPlugin, params: Params): Promise<unknown> {
  try {
    return (await api.buildRequest(input, params))?.body ?? null;
  } catch (error) {
    throw new UserError(`--api ${api.name}: ${(error as Error).message}`, 1, { cause: error });
  }
}

function titleOf(input: Input, number: number, say: Say): string {
  const { texts, images } = textsOf(input);
  const facts = [say.counted(charactersIn(texts), "character")];
  if (images > 0) facts.push(say.counted(images, "image"));
  if (input.part !== undefined) facts.push(say("of {part}", { part: printable(input.part) }));
  return say("{number}: {kind}, {facts}", { number: `${number}`, kind: input.kind, facts: facts.join(", ") });
}

function shortened(value: unknown, say: Say): unknown {
  if (typeof value === "string") {
    const more = value.length - LONGEST_SHOWN;
    return more <= 0 ? value : `${value.slice(0, LONGEST_SHOWN)}… (${say("{n} more characters", { n: `${more}` })})`;
  }
  if (Array.isArray(value)) return value.map((one) => shortened(one, say));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shortened(entry, say)]));
}
