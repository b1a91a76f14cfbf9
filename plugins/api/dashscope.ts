import {
  countOf,
  type Delta,
  defineApi,
  type Fields,
  fieldsOf,
  type Input,
  imageUrl,
  isFields,
  listOf,
  type Message,
  malformedReply,
  messagesOf,
  type Params,
  type Reader,
  requestBody,
  textOf,
} from "plumb";

/** DashScope's own text generation: `input` and `parameters`, streamed where a header asks for it. */
export default defineApi({
  name: "dashscope",
  endpoint: "/api/v1/services/aigc/text-generation/generation",
  produces: "text",
  framing: "sse",
  buildRequest(input, params) {
    const fields = (said: Partial<Params>) => ({ model: said.model, parameters: sampling(said, input) });
    const body = requestBody(input, params, { content: inputOf(input), fields, deep: ["input", "parameters"] });
    const ours = { result_format: "message", incremental_output: params.stream || undefined };
    body.parameters = { ...ours, ...fieldsOf(body.parameters) };
    return params.stream ? { headers: { "X-DashScope-SSE": "enable" }, body } : { body };
  },
  reader: ({ headers, body }) => {
    const { incremental_output, n } = fieldsOf(fieldsOf(body).parameters);
    const cumulative = headers?.["X-DashScope-SSE"] !== undefined && incremental_output !== true;
    return new GenerationReader(cumulative, Math.max(1, countOf(n) ?? 1));
  },
});

function inputOf(input: Input): Fields {
  return input.kind === "raw" ? {} : { input: { messages: messagesOf(input, "dashscope").map(messageOf) } };
}

/** Content in parts is what its multimodal models take; a part is named by its only field. */
function messageOf(message: Message): Fields {
  if (!Array.isArray(message.content)) return { ...message };
  const content = message.content.map((part) => {
    const url = imageUrl(part);
    if (url !== null) return { image: url };
    return part.type === "text" ? { text: part.text } : part;
  });
  return { ...message, content };
}

function sampling(params: Partial<Params>, input: Input): Fields {
  return {
    max_tokens: input.maxTokens ?? params.maxTokens,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    repetition_penalty: params.repetitionPenalty,
    n: params.nChoices,
    stop: params.stop,
    seed: params.given?.includes("seed") ? params.seed : undefined,
  };
}

class GenerationReader implements Reader {
  /** What has been said so far, by choice and channel, where every event repeats all of it. */
  readonly #before = new Map<string, string>();
  readonly #finished = new Set<number>();
  #counted = 0;

  constructor(
    readonly cumulative: boolean,
    readonly choices: number,
  ) {}

  event({ name, data, json }: Parameters<Reader["event"]>[0]): Delta[] {
    return this.body(data, json, name === "error");
  }

  body(text: string, json: unknown, failed = false): Delta[] {
    if (!isFields(json)) return [malformedReply(text, json)];
    const code = textOf(json.code);
    if (failed || code !== "") {
      return [
        { kind: "error", message: [code, textOf(json.message)].filter((part) => part !== "").join(": ") || text },
      ];
    }
    if (!isFields(json.output)) return [malformedReply(text, json)];
    const { choices } = json.output;
    const deltas = Array.isArray(choices)
      ? choices.flatMap((choice, place) => this.#choice(fieldsOf(choice), place))
      : [...this.#said("text", json.output.text, 0), ...this.#finish(json.output.finish_reason, 0)];
    return isFields(json.usage) ? this.#count(json.usage, deltas) : deltas;
  }

  #choice({ index, message, finish_reason }: Fields, place: number): Delta[] {
    const choice = countOf(index) ?? place;
    const { reasoning_content, content, tool_calls } = fieldsOf(message);
    const text = Array.isArray(content) ? content.map((part) => textOf(fieldsOf(part).text)).join("") : content;
    const calls = listOf(tool_calls).map((call, at) => {
      const { name, arguments: given } = fieldsOf(fieldsOf(call).function);
      return this.#said("tool", textOf(name) + textOf(given), choice, at);
    });
    return [
      ...this.#said("reasoning", reasoning_content, choice),
      ...this.#said("text", text, choice),
      ...calls.flat(),
      ...this.#finish(finish_reason, choice),
    ];
  }

  #said(kind: "text" | "reasoning" | "tool", said: unknown, choice: number, place = 0): Delta[] {
    let text = textOf(said);
    if (this.cumulative) {
      const key = `${kind} ${choice} ${place}`;
      const before = this.#before.get(key) ?? "";
      this.#before.set(key, text);
      if (text.startsWith(before)) text = text.slice(before.length);
    }
    return text === "" ? [] : [{ kind, text, choice }];
  }

  #finish(reason: unknown, choice: number): Delta[] {
    if (typeof reason !== "string" || reason === "" || reason === "null") return [];
    this.#finished.add(choice);
    const finish: Delta = { kind: "finish", reason, choice };
    return this.#finished.size < this.choices ? [finish] : [finish, { kind: "end" }];
  }

  /** Usage stands in every event and grows: with one choice that tells how many tokens an event carries. */
  #count({ input_tokens, output_tokens, ...details }: Fields, deltas: Delta[]): Delta[] {
    const completionTokens = countOf(output_tokens);
    let carried = (completionTokens ?? 0) - this.#counted;
    this.#counted = completionTokens ?? this.#counted;
    for (const delta of carried > 0 && this.choices === 1 ? deltas : []) {
      if (!("text" in delta)) continue;
      delta.tokens = carried;
      carried = 0;
    }
    const promptTokens = countOf(input_tokens);
    const cachedTokens = countOf(fieldsOf(details.prompt_tokens_details).cached_tokens);
    const reasoningTokens = countOf(fieldsOf(details.output_tokens_details).reasoning_tokens);
    return [...deltas, { kind: "usage", promptTokens, completionTokens, cachedTokens, reasoningTokens }];
  }
}
