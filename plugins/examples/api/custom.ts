/**
 * All three methods written out, for a service that speaks like OpenAI's. Each of the last two may be left out: plumb
 * sends, reads and counts by itself then, in the same way and faster.
 */
import { countOf, defineApi, type Fields, fieldsOf, isFields, listOf, textOf } from "plumb";

export default defineApi({
  name: "custom",
  endpoint: ({ applyChatTemplate }) => (applyChatTemplate ? "chat/completions" : "completions"),

  // Called before the request's time has come. What nobody gave, and has no default, is undefined in `params`.
  buildRequest(input, params) {
    const body: Fields = { model: params.model };
    if (input.kind === "messages") body.messages = input.messages;
    else if (input.kind === "prompt") body.prompt = input.prompt;
    else throw new Error(`custom cannot send an input of kind "${input.kind}"`);
    const maxTokens = input.maxTokens ?? params.maxTokens;
    if (maxTokens !== undefined) body.max_tokens = maxTokens;
    if (params.temperature !== undefined) body.temperature = params.temperature;
    if (params.topP !== undefined) body.top_p = params.topP;
    if (params.topK !== undefined) body.top_k = params.topK;
    if (params.stop !== undefined) body.stop = params.stop;
    if (params.given.includes("seed")) body.seed = params.seed;
    if (params.stream) {
      body.stream = true;
      body.stream_options = { include_usage: true };
    }
    // What --extra-args says goes over everything else.
    return { body: { ...body, ...params.extraArgs } };
  },

  // Sends, and yields what comes back, piece by piece. Each piece carries the moment at which it was read.
  async *processRequest({ body }, session) {
    const response = await session.fetch({ body });
    const type = response.headers["content-type"] ?? "";
    if (response.status !== 200) {
      yield { ...(await response.text()), isError: true };
    } else if (type.includes("text/event-stream")) {
      // Never `break` at [DONE]: a body that was read to its end leaves the connection to the next request.
      for await (const event of response) if (event.data !== "[DONE]") yield event;
    } else if (type.includes("application/json")) {
      const whole = await response.text();
      // A copy keeps the moment of the piece it is made from.
      yield { ...whole, isError: "error" in fieldsOf(parse(String(whole.data))) };
    } else {
      yield await response.text();
    }
  },

  // Called after the reply has ended, with everything that was yielded: usage first, the tokenizer second.
  parseResponses(responses, request, tokens) {
    const usage = responses.map((text) => fieldsOf(parse(text)).usage).findLast(isFields);
    const promptTokens = countOf(usage?.prompt_tokens);
    const completionTokens = countOf(usage?.completion_tokens);
    if (promptTokens !== undefined && completionTokens !== undefined) return { promptTokens, completionTokens };
    return {
      promptTokens: tokens.count(promptIn(fieldsOf(request.body))),
      completionTokens: tokens.count(responses.map(outputIn).join("")),
    };
  },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function promptIn({ messages, prompt }: Fields): string {
  return (
    textOf(prompt) ||
    listOf(messages)
      .map((message) => textOf(fieldsOf(message).content))
      .join("\n")
  );
}

/** The text of an event or of a whole body; of what is no JSON, all of it. */
function outputIn(response: string): string {
  const json = parse(response);
  if (json === undefined) return response;
  const choice = fieldsOf(listOf(fieldsOf(json).choices)[0]);
  return textOf(choice.text) || textOf(fieldsOf(choice.delta ?? choice.message).content);
}
