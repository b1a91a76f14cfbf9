/** What a server says of itself, whichever it is. */
export type ServerFigure =
  | "running"
  | "waiting"
  | "kvCacheUse"
  | "prefixHits"
  | "prefixQueries"
  | "prefixHitRate"
  | "specAccepted"
  | "specDrafted"
  | "specAcceptance"
  | "preemptions"
  | "promptTokens"
  | "generatedTokens"
  | "gpuPowerW"
  | "gpuUsePercent"
  | "gpuMemoryMib"
  | "gpuEnergyMj";

/**
 * The figure by the names of vLLM (V1 and before), SGLang, TGI, llama.cpp and DCGM's exporter. Counters stand with and
 * without `_total`: the library that vLLM uses adds it.
 */
const SERVER_NAMES: Record<string, ServerFigure> = {
  "vllm:num_requests_running": "running",
  "vllm:num_requests_waiting": "waiting",
  "vllm:kv_cache_usage_perc": "kvCacheUse",
  "vllm:gpu_cache_usage_perc": "kvCacheUse",
  "vllm:prefix_cache_hits_total": "prefixHits",
  "vllm:prefix_cache_queries_total": "prefixQueries",
  "vllm:gpu_prefix_cache_hits_total": "prefixHits",
  "vllm:gpu_prefix_cache_queries_total": "prefixQueries",
  "vllm:gpu_prefix_cache_hit_rate": "prefixHitRate",
  "vllm:spec_decode_num_accepted_tokens_total": "specAccepted",
  "vllm:spec_decode_num_draft_tokens_total": "specDrafted",
  "vllm:spec_decode_draft_acceptance_rate": "specAcceptance",
  "vllm:num_preemptions_total": "preemptions",
  "vllm:prompt_tokens_total": "promptTokens",
  "vllm:generation_tokens_total": "generatedTokens",
  "sglang:num_running_reqs": "running",
  "sglang:num_queue_reqs": "waiting",
  "sglang:token_usage": "kvCacheUse",
  "sglang:cache_hit_rate": "prefixHitRate",
  "sglang:spec_accept_rate": "specAcceptance",
  "sglang:prompt_tokens_total": "promptTokens",
  "sglang:generation_tokens_total": "generatedTokens",
  tgi_batch_current_size: "running",
  tgi_queue_size: "waiting",
  tgi_request_input_length_sum: "promptTokens",
  tgi_request_generated_tokens_sum: "generatedTokens",
  "llamacpp:requests_processing": "running",
  "llamacpp:requests_deferred": "waiting",
  "llamacpp:kv_cache_usage_ratio": "kvCacheUse",
  "llamacpp:prompt_tokens_total": "promptTokens",
  "llamacpp:tokens_predicted_total": "generatedTokens",
  DCGM_FI_DEV_POWER_USAGE: "gpuPowerW",
  DCGM_FI_DEV_GPU_UTIL: "gpuUsePercent",
  DCGM_FI_DEV_FB_USED: "gpuMemoryMib",
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: "gpuEnergyMj",
};

/** null: no figure of ours. */
export function serverFigure(name: string): ServerFigure | null {
  if (Object.hasOwn(SERVER_NAMES, name)) return SERVER_NAMES[name]!;
  const total = `${name}_total`;
  return Object.hasOwn(SERVER_NAMES, total) ? SERVER_NAMES[total]! : null;
}
