import type { ApiPlugin, Reader, RequestSpec } from "../contract/api.ts";
import { openaiReader } from "../contract/openai-reader.ts";

/**
 * The API's reader for one request. Never throws: a plugin that cannot make a reader fails the requests whose replies
 * it would have read.
 *
 * @param otherwise what reads the replies of an API without a reader of its own
 */
export function readerFor(
  api: ApiPlugin,
  request: RequestSpec,
  otherwise: (request: RequestSpec) => Reader = openaiReader,
): Reader {
  try {
    return api.reader?.(request) ?? otherwise(request);
  } catch (error) {
    const fail = () => {
      throw error;
    };
    return { event: fail, body: fail };
  }
}
