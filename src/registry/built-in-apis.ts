import anthropic from "../../plugins/api/anthropic.ts";
import dashscope from "../../plugins/api/dashscope.ts";
import ollama from "../../plugins/api/ollama.ts";
import openai from "../../plugins/api/openai.ts";
import openaiEmbedding from "../../plugins/api/openai_embedding.ts";
import openaiRerank from "../../plugins/api/openai_rerank.ts";
import openaiResponses from "../../plugins/api/openai_responses.ts";
import type { ApiPlugin } from "../contract/api.ts";
import { Registry } from "./registry.ts";

/** The APIs that come with plumb. */
export function apis(): Registry<ApiPlugin> {
  const registry = new Registry<ApiPlugin>("API", "--api");
  const builtIns = [openai, openaiResponses, openaiEmbedding, openaiRerank, anthropic, dashscope, ollama];
  for (const plugin of builtIns) registry.add(plugin, null);
  return registry;
}
