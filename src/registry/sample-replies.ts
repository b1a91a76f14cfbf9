/** Streams of the APIs that are most about, cut short: what a reader may meet. An object is an event's JSON. */
export const SAMPLE_STREAMS: (object | string)[][] = [
  [
    {
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
    },
    {
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: { reasoning_content: "Hm" }, finish_reason: null }],
    },
    { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "The" }, finish_reason: null }] },
    { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: " moon" }, finish_reason: null }] },
    {
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name: "far", arguments: '{"a":1}' } }] } }],
    },
    { object: "chat.completion.chunk", choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }] },
    { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 8 } } },
    "[DONE]",
  ],
  [
    { choices: [{ index: 0, text: "The", finish_reason: null }], usage: { prompt_tokens: 2, completion_tokens: 1 } },
    {
      choices: [{ index: 0, text: " moon", finish_reason: "length" }],
      usage: { prompt_tokens: 2, completion_tokens: 3 },
    },
    "[DONE]",
  ],
  [
    { type: "response.created", response: { id: "r", status: "in_progress" } },
    { type: "response.reasoning_summary_text.delta", delta: "Hm" },
    { type: "response.output_text.delta", output_index: 0, delta: "The" },
    { type: "response.output_text.delta", output_index: 0, delta: " moon" },
    {
      type: "response.completed",
      response: { status: "completed", output: [], usage: { input_tokens: 9, output_tokens: 4 } },
    },
  ],
  [
    { type: "message_start", message: { usage: { input_tokens: 9, cache_read_input_tokens: 3, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "The" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " moon" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 4 } },
    { type: "message_stop" },
  ],
  [
    { model: "m", message: { role: "assistant", content: "The" }, done: false },
    { model: "m", message: { role: "assistant", content: " moon" }, done: false },
    { model: "m", message: { content: "" }, done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 4 },
  ],
  [
    { model: "m", response: "The", done: false },
    { model: "m", response: " moon", done: true, eval_count: 4 },
  ],
  [
    {
      output: { choices: [{ message: { content: "The" }, finish_reason: "null" }] },
      usage: { input_tokens: 9, output_tokens: 1 },
    },
    { output: { choices: [{ message: { content: "The moon" }, finish_reason: "stop" }] }, usage: { output_tokens: 2 } },
  ],
  [
    { token: { text: "The" } },
    { token: { text: " moon" }, generated_text: "The moon", details: { finish_reason: "length" } },
  ],
  [{ text: "The" }, { text: "The moon" }, { text: "The moon is" }],
  [{ error: { message: "overloaded", code: 503 } }],
];

/** Bodies of replies that are no streams. */
export const SAMPLE_BODIES: (object | string)[] = [
  {
    choices: [{ message: { content: "The moon" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 4 },
  },
  { output: [{ type: "message", content: [{ type: "output_text", text: "The moon" }] }], status: "completed" },
  {
    content: [{ type: "text", text: "The moon" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 9, output_tokens: 4 },
  },
  { data: [{ index: 0, embedding: [0.1, 0.2] }], usage: { prompt_tokens: 2, total_tokens: 2 } },
  { results: [{ index: 1, relevance_score: 0.9 }], usage: { total_tokens: 7 } },
  { error: { message: "overloaded" } },
  { detail: "Not Found" },
  "",
  "<html>Bad gateway</html>",
  '{"choices":[{"message":',
];

/** What no API says, and servers and what stands before them do now and then. */
export const STRAY_EVENTS: (object | string)[] = [
  {},
  { type: "plumb.unheard_of" },
  { choices: [] },
  [],
  "",
  "null",
  "17",
  '"text"',
  "keep-alive",
  '{"choices":[{"del',
];

const REPLACEMENTS = [null, 5, -1.5, "", "x", true, [], {}, [null], [[]], [{}]];

/** Every JSON that differs from one in a single place, by a value of another type. */
export function* spoilt(value: unknown): Generator<unknown, void, void> {
  yield* REPLACEMENTS;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const other of spoilt(inner)) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[key] = other;
      yield copy;
    }
  }
}
