import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";

/** Parameters as a run has them, for plugins that are looked at without one. */
export function sampleParams(changed: Partial<Params> = {}): Params {
  return {
    model: "sample-model",
    stream: true,
    url: "http://127.0.0.1:8000/v1/chat/completions",
    maxTokens: 1117,
    temperature: 0,
    applyChatTemplate: true,
    minPromptLength: 0,
    maxPromptLength: 131_072,
    extraArgs: {},
    apiArgs: {},
    datasetArgs: {},
    given: [],
    ...changed,
  };
}

const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** One of each kind that a dataset may yield, and of messages the forms that they come in. */
export function sampleInputs(): Input[] {
  return [
    { kind: "messages", messages: [{ role: "user", content: "How far is the moon?" }] },
    {
      kind: "messages",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: PICTURE } },
          ],
        },
      ],
    },
    {
      kind: "messages",
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: "w", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "1", content: "rain" },
      ],
    },
    { kind: "prompt", prompt: 'Say "hi" — 你好 😀\n' },
    { kind: "tokens", ids: [1, 15_043, 2] },
    { kind: "texts", texts: ["one", "two"] },
    { kind: "rerank", query: "moon", documents: ["It orbits the earth.", "Cheese is made of milk."] },
    {
      kind: "conversation",
      turns: [{ messages: [{ role: "user", content: "Hi" }] }, { messages: [{ role: "user", content: "And?" }] }],
    },
    {
      kind: "raw",
      body: { model: "written-model", messages: [{ role: "user", content: "Hi" }], written_out: [1, null] },
    },
  ];
}
