import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { charactersIn, textsOf } from "../dataset/input-texts.ts";
import { onePass } from "../dataset/one-pass.ts";
import { counted } from "../report/figure-text.ts";
import { printableJson } from "../report/printable.ts";
import { type DataRequest, readDataCommand } from "./data-request.ts";
import { printResult } from "./print-result.ts";

const INPUTS = 3;
/** A person sees so many characters of a text; --json gives all. */
const LONGEST_SHOWN = 300;

/** `plumb data show NAME` */
export async function showData(rawArgs: string[]): Promise<number> {
  const request = await readDataCommand("show", rawArgs, INPUTS);
  const bodies: string[] = [];
  let number = 0;
  for await (const { input, body } of firstBodies(request)) {
    number++;
    if (request.config.json) bodies.push(printableJson(body, 2));
    else bodies.push(`${titleOf(input, number)}\n${printableJson(shortened(body), 2)}\n`);
  }
  if (number === 0) throw new UserError(`dataset ${request.dataset.name} gave no input that a run would send`, 1);
  await printResult([request.config.json ? `[${bodies.join(",\n")}]\n` : bodies.join("\n")]);
  return 0;
}

async function* firstBodies({
  dataset,
  config,
  count,
  apiFor,
  counter,
  source,
}: DataRequest): AsyncGenerator<{ input: Input; body: unknown }> {
  let left = count;
  for await (const { input, allowed } of onePass(dataset, config.params, source, counter)) {
    if (!allowed) continue;
    // What is sent of a conversation depends on the replies.
    if (input.kind === "conversation") yield { input, body: input.turns };
    else {
      const body = await bodyOf(input, apiFor(input), config.params);
      if (body === null) continue;
      yield { input, body };
    }
    if (--left === 0) return;
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

function titleOf(input: Input, number: number): string {
  const { texts, images } = textsOf(input);
  const pictures = images === 0 ? "" : `, ${counted(images, "image")}`;
  return `${number}: ${input.kind}, ${counted(charactersIn(texts), "character")}${pictures}`;
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    const more = value.length - LONGEST_SHOWN;
    return more <= 0 ? value : `${value.slice(0, LONGEST_SHOWN)}… (${more} more characters)`;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shortened(entry)]));
}
