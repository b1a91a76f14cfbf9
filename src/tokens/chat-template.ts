import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Template } from "@huggingface/jinja";
import { UserError } from "../config/user-error.ts";
import { fieldsOf, isFields, textOf } from "../contract/fields.ts";
import type { Message } from "../contract/input.ts";

/** What a template may use besides the messages. */
const SPECIAL = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/** A model's chat template: what a server makes of messages before it counts and reads them. */
export class ChatTemplate {
  readonly #template: Template;

  /** @throws Error where the source is no Jinja that can be read */
  constructor(
    source: string,
    readonly specialTokens: Record<string, string> = {},
  ) {
    this.#template = new Template(source);
  }

  /**
   * The prompt that messages become, special tokens spelt out.
   * @param addGenerationPrompt whether it ends where the model is to go on
   * @throws Error as the template itself does, for messages that it does not take
   */
  apply(messages: readonly Message[], addGenerationPrompt: boolean): string {
    return this.#template.render({
      ...this.specialTokens,
      messages,
      add_generation_prompt: addGenerationPrompt,
    });
  }
}

/**
 * The chat template that lies beside a tokenizer.json: chat_template.jinja, else the one in tokenizer_config.json, of
 * several the one named "default". null: none.
 * @throws UserError (exit 2) where one of the files cannot be read
 */
export function chatTemplateBeside(file: string): ChatTemplate | null {
  const folder = dirname(file);
  const configFile = join(folder, "tokenizer_config.json");
  const templateFile = join(folder, "chat_template.jinja");
  let from = configFile;
  try {
    const config = existsSync(configFile) ? fieldsOf(JSON.parse(readFileSync(configFile, "utf8"))) : {};
    const special = specialTokensIn(config);
    if (existsSync(templateFile)) {
      from = templateFile;
      return new ChatTemplate(readFileSync(templateFile, "utf8"), special);
    }
    const source = sourceIn(config.chat_template);
    return source === null ? null : new ChatTemplate(source, special);
  } catch (error) {
    throw new UserError(`the chat template of ${from} cannot be read: ${(error as Error).message}`, 2, {
      cause: error,
    });
  }
}

function sourceIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  const named = value.map(fieldsOf).find(({ name }) => name === "default");
  return named === undefined ? null : textOf(named.template);
}

function specialTokensIn(config: Record<string, unknown>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const name of SPECIAL) {
    const token = config[name];
    const text = isFields(token) ? token.content : token;
    if (typeof text === "string") tokens[name] = text;
  }
  return tokens;
}
