import { resolveEndpoint, splitCredentials } from "./endpoint.ts";
import { isSecretName } from "./headers.ts";

/** Paths behind which the server applies its chat template: those of the built-in APIs. */
const TAKES_MESSAGES = /(?:chat\/completions|\/responses|\/messages|\/api\/chat|\/text-generation\/generation)$/;

export interface RequestTarget {
  /** Whole, credentials removed. */
  url: string;
  /** "user:password", percent-decoded. */
  urlCredentials: string | null;
  /** As the person said, else whether the final path is one that takes messages. */
  applyChatTemplate: boolean;
  warnings: string[];
}

/**
 * Where requests go.
 * @param said whether --apply-chat-template was given, and which way
 * @throws UserError for a URL that cannot be used
 */
export function findRequestTarget(text: string, tail: string, said: boolean | undefined): RequestTarget {
  const { url: base, credentials } = splitCredentials(text);
  const url = resolveEndpoint(base, tail);
  return {
    url,
    urlCredentials: credentials,
    applyChatTemplate: said ?? TAKES_MESSAGES.test(new URL(url).pathname),
    warnings: secretsInQuery(url),
  };
}

function secretsInQuery(url: string): string[] {
  return [...new URL(url).searchParams.keys()]
    .filter(isSecretName)
    .map((name) => `--url: the value of ${name}= is stored with the run; if it is a secret, send it by --headers`);
}
