import type { DatasetPlugin } from "../contract/dataset.ts";
import { hearLog } from "./plugin-voice.ts";
import { Registry } from "./registry.ts";

/** The datasets that come with plumb; loaded when a run wants one, not at start-up and never in an engine. */
export async function datasets(): Promise<Registry<DatasetPlugin>> {
  hearLog();
  const modules = await Promise.all([
    import("../../plugins/dataset/openqa.ts"),
    import("../../plugins/dataset/prompt.ts"),
    import("../../plugins/dataset/random.ts"),
    import("../../plugins/dataset/random_prefix.ts"),
    import("../../plugins/dataset/speed_benchmark.ts"),
    import("../../plugins/dataset/speed_benchmark_long.ts"),
    import("../../plugins/dataset/line_by_line.ts"),
    import("../../plugins/dataset/custom.ts"),
    import("../../plugins/dataset/jsonl.ts"),
    import("../../plugins/dataset/longalpaca.ts"),
    import("../../plugins/dataset/share_gpt_zh.ts"),
    import("../../plugins/dataset/share_gpt_en.ts"),
    import("../../plugins/dataset/tool_calls.ts"),
    import("../../plugins/dataset/custom_multi_turn.ts"),
    import("../../plugins/dataset/random_multi_turn.ts"),
    import("../../plugins/dataset/share_gpt_zh_multi_turn.ts"),
    import("../../plugins/dataset/share_gpt_en_multi_turn.ts"),
    import("../../plugins/dataset/swe_smith.ts"),
    import("../../plugins/dataset/trie_agentic_coding.ts"),
    import("../../plugins/dataset/trie_code_qa.ts"),
    import("../../plugins/dataset/trie_office_work.ts"),
    import("../../plugins/dataset/trace.ts"),
    import("../../plugins/dataset/workload_trace.ts"),
    import("../../plugins/dataset/random_vl.ts"),
    import("../../plugins/dataset/image_folder.ts"),
    import("../../plugins/dataset/embedding.ts"),
    import("../../plugins/dataset/embedding_batch.ts"),
    import("../../plugins/dataset/random_embedding.ts"),
    import("../../plugins/dataset/random_embedding_batch.ts"),
    import("../../plugins/dataset/rerank.ts"),
    import("../../plugins/dataset/random_rerank.ts"),
  ]);
  const registry = new Registry<DatasetPlugin>("dataset", "--dataset");
  for (const module of modules) registry.add(module.default, null);
  return registry;
}
