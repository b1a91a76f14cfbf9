/**
 * A service with a reply of its own shape: events such as {"word": " plumb"}, at the end {"done": true, "counts":
 * {"prompt": 9, "reply": 4}}; where nothing is streamed, one body with all of it.
 */
import { countOf, type Delta, defineApi, errorWords, fieldsOf, malformedReply, messagesOf, messageText } from "plumb";

export default defineApi({
  name: "own_reader",
  // With a slash: the whole path that --url gets.
  endpoint: "/generate",
  // Where --api-key goes; without this, into "authorization: Bearer KEY".
  keyHeader: { name: "x-service-key" },

  buildRequest(input, params) {
    const prompt = messagesOf(input, "own_reader").map(messageText).join("\n");
    const limit = input.maxTokens ?? params.maxTokens;
    return { body: { prompt, limit, stream: params.stream, ...params.extraArgs } };
  },

  // Made anew for each request, so it may hold state. This one holds none, and may promise to be repeatable: plumb then
  // parses one event and takes the text out of those like it.
  reader() {
    return { repeatable: true, event: ({ data, json }) => read(data, json), body: read };
  },
});

/** What one event, or the whole body, says. */
function read(data: string, json: unknown): Delta[] {
  const { word, done, counts, error } = fieldsOf(json);
  if (error !== undefined) return [{ kind: "error", message: errorWords(fieldsOf(json)) }];
  const deltas: Delta[] = [];
  if (typeof word === "string") deltas.push({ kind: "text", text: word });
  if (done === true) {
    const { prompt, reply } = fieldsOf(counts);
    deltas.push({ kind: "usage", promptTokens: countOf(prompt), completionTokens: countOf(reply) }, { kind: "end" });
  }
  // Whatever it is, a reader does not break down: it says so.
  return deltas.length > 0 ? deltas : [malformedReply(data, json)];
}
