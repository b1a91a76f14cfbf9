/** A schema by the standard-schema specification: what valibot, zod and arktype objects are. */
export interface StandardSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult | Promise<StandardResult>;
  };
}

export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** One option in the form that needs no library. */
export interface PlainOption {
  type: "string" | "number" | "boolean" | "object" | "array";
  /** One line: what it does, with its unit. */
  help?: string;
  /** Taken where the option is not given. Without one the option is absent then, or an error if `required`. */
  default?: unknown;
  required?: boolean;
  /** The values that are allowed. */
  choices?: readonly unknown[];
}

export type PlainOptions = Record<string, PlainOption>;

/** A plugin's own options: given as --api-args or --dataset-args, checked before anything is sent. */
export type Options = StandardSchema | PlainOptions;
