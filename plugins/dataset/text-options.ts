import type { PlainOptions } from "plumb";

/** `--dataset-args` of every dataset of plain texts. */
export const textOptions = {
  target_input_len: { type: "number", help: "Cut longer texts to so many tokens" },
  input_len_mode: {
    type: "string",
    choices: ["cap", "drop"],
    default: "cap",
    help: "What becomes of texts shorter than target_input_len: cap keeps them, drop leaves them out",
  },
  prefix_file: {
    type: "string",
    help: "File whose text goes before each prompt, repeated or cut so that both have target_input_len tokens",
  },
  prefix_role: {
    type: "string",
    choices: ["system", "user"],
    default: "system",
    help: "Who says the prefix; without a chat template it stands in the prompt",
  },
} satisfies PlainOptions;
