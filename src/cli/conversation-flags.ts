import { ROWS_A_CONVERSATION } from "../config/conversation.ts";
import { asText, asWhole, single, toggle } from "./flag-kinds.ts";

const asTurns = asWhole({ min: 1, max: ROWS_A_CONVERSATION });

/** Flags of conversations, and of the headers that name them. */
export const CONVERSATION_FLAGS = {
  multiTurn: toggle({
    help: "Send conversations: --number and --parallel count them, and each turn has the model's replies before it",
    default: false,
  }),
  minTurns: single(asTurns, { help: "Leave out conversations of fewer turns (made ones: 1)", hint: "N" }),
  maxTurns: single(asTurns, { help: "Cut conversations to so many turns", hint: "N" }),
  users: single(asWhole({ min: 1, max: 65_536 }), {
    help: "So many users, each in a conversation and sending a turn every N / --rate seconds",
    hint: "N",
  }),
  keepReasoning: toggle({
    help: "Send the model's reasoning back to it with its replies, as reasoning_content",
    default: false,
  }),
  sessionHeader: single(asText, { help: "Header that holds the conversation's id", hint: "NAME" }),
  requestIds: toggle({
    help: "Send x-request-id, as the record's request_id (default: with conversations)",
    negative: "Send none",
  }),
  traceparent: toggle({ help: "Send W3C's traceparent, a conversation being one trace", default: false }),
};
