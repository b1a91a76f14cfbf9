/** Two calls for one request: an outline first, whole; then the answer, streamed. TTFT is from the first call on. */
import { createMessage, defineApi, fieldsOf, listOf, messagesOf, textOf } from "plumb";

export default defineApi({
  name: "two_calls",
  endpoint: "chat/completions",

  buildRequest(input, params) {
    const messages = messagesOf(input, "two_calls");
    const max_tokens = input.maxTokens ?? params.maxTokens;
    return { body: { model: params.model, messages, max_tokens, stream: params.stream, ...params.extraArgs } };
  },

  async *processRequest({ body }, session) {
    const { messages, ...rest } = fieldsOf(body);
    const ask = (text: string) => ({ ...rest, messages: [...listOf(messages), createMessage(text)] });
    const first = await session.fetch({ body: { ...ask("Outline your answer in one line."), stream: false } });
    const outline = await first.text();
    // Not yielded, it is no part of the reply; but a failure of the first call is one of the request.
    if (outline.isError) yield outline;
    else yield* await session.fetch({ body: ask(`Answer by this outline: ${textIn(String(outline.data))}`) });
  },
});

function textIn(body: string): string {
  const [choice] = listOf(fieldsOf(JSON.parse(body)).choices);
  return textOf(fieldsOf(fieldsOf(choice).message).content);
}
