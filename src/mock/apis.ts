import { AnthropicShape, parseMessagesCall } from "./anthropic-shape.ts";
import type { Call, Identity } from "./call.ts";
import { DashScopeShape, parseGenerationCall } from "./dashscope-shape.ts";
import { embeddingShape, parseEmbeddingCall } from "./embedding-shape.ts";
import { OllamaShape, parseOllamaCall } from "./ollama-shape.ts";
import { parseCall } from "./openai-call.ts";
import { OpenAiShape } from "./openai-shape.ts";
import type { MockOptions } from "./options.ts";
import type { ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { parseRerankCall, rerankShape } from "./rerank-shape.ts";
import { parseResponsesCall, ResponsesShape } from "./responses-shape.ts";

/** What was asked for, and the way to write the reply once it is planned. */
interface Asked {
  call: Call;
  shape(plan: ReplyPlan, options: MockOptions, identity: Identity): ReplyShape;
}

type Headers = ReadonlyMap<string, string>;

/** Reads a request; throws an OpenAiError for a bad one. */
export type MockApi = (body: string, headers: Headers) => Asked;

function api<C extends Call>(
  parse: (body: string, headers: Headers) => C,
  write: (call: C, plan: ReplyPlan, options: MockOptions, identity: Identity) => ReplyShape,
): MockApi {
  return (body, headers) => {
    const call = parse(body, headers);
    return { call, shape: (plan, options, identity) => write(call, plan, options, identity) };
  };
}

/** By path, without `/v1`. */
export const APIS: Record<string, MockApi> = {
  "/chat/completions": api(
    (body) => parseCall("chat", body),
    (...reply) => new OpenAiShape(...reply),
  ),
  "/completions": api(
    (body) => parseCall("completions", body),
    (...reply) => new OpenAiShape(...reply),
  ),
  "/responses": api(parseResponsesCall, (...reply) => new ResponsesShape(...reply)),
  "/messages": api(parseMessagesCall, (...reply) => new AnthropicShape(...reply)),
  "/embeddings": api(parseEmbeddingCall, (call, _, options, identity) => embeddingShape(call, options, identity)),
  "/rerank": api(parseRerankCall, (call, _, options, identity) => rerankShape(call, options, identity)),
  "/api/v1/services/aigc/text-generation/generation": api(
    parseGenerationCall,
    (...reply) => new DashScopeShape(...reply),
  ),
  "/api/chat": api(
    (body) => parseOllamaCall("chat", body),
    (...reply) => new OllamaShape(...reply),
  ),
  "/api/generate": api(
    (body) => parseOllamaCall("generate", body),
    (...reply) => new OllamaShape(...reply),
  ),
};
