import { type Fault, harmful } from "./fault.ts";
import { OpenAiError } from "./openai-error.ts";
import { draftWhole } from "./reply-draft.ts";

const RETRY_AFTER_S = 2;

/** Statuses that are no success, all of them at once, as servers refuse. */
export const REFUSAL_FAULTS = {
  "http-400": refusal(400, "invalid_request_error"),
  "http-401": refusal(401, "invalid_request_error"),
  "http-404": refusal(404, "invalid_request_error"),
  "http-429": refusal(429, "rate_limit_error", [`Retry-After: ${RETRY_AFTER_S}`]),
  "http-500": refusal(500, "server_error"),
  "http-503": refusal(503, "server_error"),
  redirect: harmful("answers 302 and points elsewhere", (reply) => {
    const headers = ["Location: /elsewhere"];
    return reply.script({ ...draftWhole(302, "text/plain", "", 0), headers });
  }),
};

function refusal(status: number, type: string, headers: string[] = []): Fault {
  const error = new OpenAiError(status, type, "fault", `a fault was asked for: http-${status}`);
  const more = headers.length === 0 ? "" : `, with ${headers.join(", ")}`;
  return harmful(`answers ${status}${more}`, (reply) =>
    reply.script({ ...draftWhole(status, "application/json", error.toBody(), 0), headers }),
  );
}
