import type { Delta, Reader, RequestSpec, ServerEvent } from "./api.ts";
import { countOf as count, errorWords, type Fields, isFields, malformedReply, textOf as text } from "./fields.ts";

/** A message holds no more of what cannot be read, in characters. */
const EXCERPT = 200;

/**
 * Reads what OpenAI's chat and completions endpoints answer, streamed or not, and what vLLM, SGLang, llama.cpp and
 * others make of them: reasoning under two names, usage in the last chunk or in every one, several choices.
 *
 * The end is `[DONE]`, or a finish reason for every choice asked for (`n`, for each prompt of a list).
 */
export function openaiReader(request: RequestSpec): Reader {
  const state = new OpenaiState(choicesAsked(request.body));
  return {
    event: (event) => state.event(event),
    body: (text, json) => state.body(text, json),
    // A chunk that is one text and nothing else has no usage and no finish reason, and that it has none is noted once.
    repeatable: true,
  };
}

function choicesAsked(body: unknown): number {
  if (!isFields(body)) return 1;
  const { n, prompt } = body;
  // A list of numbers is one prompt, as tokens.
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== "number" ? prompt.length : 1;
  return Math.max(1, (count(n) ?? 1) * prompts);
}

class OpenaiState {
  readonly #choices: number;
  readonly #finished = new Set<number>();
  /** `usage.completion_tokens` of the chunk before, for servers that count in every chunk. */
  #counted = 0;
  /** Whether the difference of two counts is what a chunk carries: not with several choices, nor where one lacked it. */
  #counts: boolean;

  constructor(choices: number) {
    this.#choices = choices;
    this.#counts = choices === 1;
  }

  event({ name, data, json }: ServerEvent): Delta[] {
    if (isFields(json)) {
      const deltas = this.#read(json, name);
      this.#countChunk(json, deltas);
      return deltas;
    }
    if (data.trim() === "[DONE]") return [{ kind: "end" }];
    return [name === "error" ? { kind: "error", message: data } : malformedReply(data, json)];
  }

  body(text: string, json: unknown): Delta[] {
    if (!isFields(json)) return [malformedReply(text, json)];
    const deltas = this.#read(json, undefined);
    if (deltas.some((delta) => delta.kind === "error")) return deltas;
    const whole = Array.isArray(json.choices);
    const excerpt = text.slice(0, EXCERPT);
    deltas.push(whole ? { kind: "end" } : { kind: "malformed", message: `no "choices" in the reply: ${excerpt}` });
    return deltas;
  }

  #read(chunk: Fields, name: string | undefined): Delta[] {
    if (chunk.error != null || name === "error" || chunk.object === "error") {
      return [{ kind: "error", message: errorWords(chunk) }];
    }
    const deltas: Delta[] = [];
    if (Array.isArray(chunk.choices)) {
      for (const choice of chunk.choices) if (isFields(choice)) this.#choice(choice, deltas);
    }
    if (isFields(chunk.usage)) deltas.push(readUsage(chunk.usage));
    return deltas;
  }

  #choice(choice: Fields, deltas: Delta[]): void {
    const index = count(choice.index) ?? 0;
    const content = choice.delta ?? choice.message;
    const first = deltas.length;
    if (isFields(content)) readContent(content, index, deltas);
    pushText(deltas, "text", choice.text, index);
    const logged = loggedTokens(choice.logprobs);
    if (logged > 0) carry(deltas, first, logged);
    const reason = choice.finish_reason;
    // An empty one is how some servers say that there is none yet.
    if (typeof reason !== "string" || reason === "") return;
    deltas.push({ kind: "finish", reason, choice: index });
    this.#finished.add(index);
    if (this.#finished.size >= this.#choices) deltas.push({ kind: "end" });
  }

  /** Servers that send usage in every chunk (`continuous_usage_stats`) tell how many tokens each one carries. */
  #countChunk(chunk: Fields, deltas: Delta[]): void {
    if (!this.#counts) return;
    const total = isFields(chunk.usage) ? count(chunk.usage.completion_tokens) : undefined;
    if (total === undefined) {
      this.#counts = !deltas.some((delta) => "text" in delta);
      return;
    }
    if (total > this.#counted) carry(deltas, 0, total - this.#counted);
    this.#counted = total;
  }
}

function readContent(content: Fields, choice: number, deltas: Delta[]): void {
  pushText(deltas, "reasoning", content.reasoning_content || content.reasoning, choice);
  pushText(deltas, "text", Array.isArray(content.content) ? joinParts(content.content) : content.content, choice);
  pushText(deltas, "text", content.refusal, choice);
  const calls = Array.isArray(content.tool_calls) ? content.tool_calls : [{ function: content.function_call }];
  for (const [place, call] of calls.entries()) if (isFields(call)) pushCall(deltas, call, place, choice);
}

/** @param place in a list without indexes, which a body that is no stream has */
function pushCall(deltas: Delta[], call: Fields, place: number, choice: number): void {
  if (!isFields(call.function)) return;
  const [name, written] = [text(call.function.name), text(call.function.arguments)];
  const id = text(call.id);
  if (name + written === "") return;
  const part = { index: count(call.index) ?? place, ...(id !== "" && { id }), ...(name !== "" && { name }) };
  deltas.push({ kind: "tool", text: name + written, choice, call: { ...part, arguments: written } });
}

function pushText(deltas: Delta[], kind: "text" | "reasoning" | "tool", said: unknown, choice: number): void {
  if (typeof said === "string" && said !== "") deltas.push({ kind, text: said, choice });
}

function joinParts(parts: unknown[]): string {
  return parts.map((part) => (isFields(part) ? text(part.text) : "")).join("");
}

function loggedTokens(logprobs: unknown): number {
  if (!isFields(logprobs)) return 0;
  const logged = logprobs.content ?? logprobs.tokens;
  return Array.isArray(logged) ? logged.length : 0;
}

/** Puts a count of several texts together on the first of them. */
function carry(deltas: Delta[], from: number, tokens: number): void {
  for (const delta of deltas.slice(from)) {
    if (!("text" in delta)) continue;
    delta.tokens = tokens;
    tokens = 0;
  }
}

function readUsage(usage: Fields): Delta {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage;
  return {
    kind: "usage",
    promptTokens: count(usage.prompt_tokens),
    completionTokens: count(usage.completion_tokens),
    cachedTokens: isFields(prompt) ? count(prompt.cached_tokens) : undefined,
    reasoningTokens: isFields(completion) ? count(completion.reasoning_tokens) : undefined,
  };
}
