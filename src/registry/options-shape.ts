import type { Options, PlainOption, PlainOptions, StandardSchema } from "../contract/options.ts";

const TYPES = ["string", "number", "boolean", "object", "array"];

export function isSchema(options: Options): options is StandardSchema {
  return "~standard" in options;
}

/** What is wrong with the options that a plugin declares, a line each. */
export function optionsFaults(options: unknown): string[] {
  // Some libraries make their schemas callable.
  if ((typeof options !== "object" && typeof options !== "function") || options === null || Array.isArray(options)) {
    return ["options must be an object of options, or a schema"];
  }
  if (isSchema(options as Options)) {
    const { "~standard": standard } = options as Partial<StandardSchema>;
    return typeof standard?.validate === "function" ? [] : ['options["~standard"].validate must be a function'];
  }
  return Object.entries(options as PlainOptions).flatMap(([key, option]) => {
    const fault = optionFault(option);
    return fault === null ? [] : [`options.${key}${fault}`];
  });
}

function optionFault(option: unknown): string | null {
  if (typeof option !== "object" || option === null) return ' must be an object such as { type: "string" }';
  const { type, choices, default: preset } = option as PlainOption;
  if (!TYPES.includes(type)) return `.type must be one of ${TYPES.join(", ")}`;
  if (choices !== undefined && !Array.isArray(choices)) return ".choices must be a list";
  const fault = preset === undefined ? null : valueFault(preset, option as PlainOption);
  return fault === null ? null : `.default ${fault}`;
}

/** What is wrong with a value of an option; null: nothing. */
export function valueFault(value: unknown, { type, choices }: PlainOption): string | null {
  const found = typeOf(value);
  if (found !== type) return `must be ${article(type)}, not ${found === "null" ? "null" : article(found)}`;
  if (choices === undefined || choices.includes(value)) return null;
  return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}, not ${JSON.stringify(value)}`;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
