import { afterAll, describe, expect, type Mock, spyOn, test } from "bun:test";
import { readDataCommand } from "../../src/cli/data-request.ts";
import { UserError } from "../../src/config/user-error.ts";
import type { Input } from "../../src/contract/input.ts";
import { dataFile, jsonLines, removeData, user } from "./dataset-fixture.ts";

afterAll(removeData);

/** All that a run would send of a file. */
async function sent(dataset: string, path: string, flags: string[]): Promise<Input[]> {
  const { stream, counting } = await readDataCommand("show", [dataset, "--dataset-path", path, ...flags], 100);
  try {
    const inputs: Input[] = [];
    for (let more = await stream.take(100); more.length > 0; more = await stream.take(100)) inputs.push(...more);
    return inputs;
  } finally {
    await stream.close();
    counting.counter.close();
  }
}

async function refusal(dataset: string, path: string, flags: string[]): Promise<string> {
  const error = await sent(dataset, path, flags).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return (error as Error).message;
}

interface OwnFile {
  dataset: string;
  ending: string;
  /** With an é in it. */
  good: string;
  /** Files that are wrong, with what is said behind the file's name. */
  bad: [text: string, message: string][];
  flags?: string[];
}

const turns = [{ human: "Café?", assistant: "Yes." }];
const lengths = {
  input_prompt_length: 20,
  num_turns: 1,
  assistant_response_length: [5],
  tool_call_output_length: [7],
  tool_call_latency: [0.1],
  final_assistant_response_length: 9,
};
const timed = (timestamp: unknown) => ({ body: { messages: user("Café?") }, timestamp });

const FILES: OwnFile[] = [
  {
    dataset: "openqa",
    ending: "jsonl",
    good: jsonLines({ question: "Café?" }, { question: "b" }),
    bad: [
      [jsonLines({ question: "a" }, { prompt: "b" }), ":2 has no question"],
      [jsonLines({ question: "a" }, { question: 5 }), ":2 has no question"],
      [
        `${jsonLines({ question: "a" })}{"question": "b`,
        ":2 is not JSON: JSON Parse error: Unterminated string; openqa",
      ],
    ],
  },
  {
    dataset: "longalpaca",
    ending: "json",
    good: JSON.stringify([{ instruction: "Café?" }], null, 2),
    bad: [
      ['[{"output": "b"}]', " (item 1) has no instruction"],
      ['[{"instruction": "a"},', " is not a JSON list: it ends in the middle of its list; longalpaca wants"],
    ],
  },
  {
    dataset: "line_by_line",
    ending: "txt",
    good: `Café?\n${jsonLines(user("b"), { messages: user("c") })}`,
    bad: [
      ['a\n[{"content": "b"}]\n', ":2: message 1 has no role"],
      ['a\n[{"role": "user", "content": 5}]\n', ":2: message 1: its content must be a text"],
      ["a\n\n[]\n", ":3 is no list of messages"],
    ],
  },
  { dataset: "custom", ending: "txt", good: "Café?\nb\n", bad: [[" \n\n", ") is empty"]] },
  {
    dataset: "jsonl",
    ending: "jsonl",
    good: jsonLines({ messages: user("Café?") }),
    bad: [
      [jsonLines({ messages: user("a") }, { messages: [{ content: "b" }] }), ":2: message 1 has no role"],
      [jsonLines({ messages: [{ role: "user", content: 5 }] }), ":1: message 1: its content must be a text"],
      [jsonLines({ messages: user("a") }, { prompt: "b" }), ":2 is of another form"],
      [jsonLines({ conversations: [5] }), ":1, turn 1 is no object"],
    ],
  },
  ...["share_gpt_en", "share_gpt_en_multi_turn"].map((dataset) => ({
    dataset,
    ending: "jsonl",
    good: jsonLines({ conversation: turns }),
    bad: [
      [jsonLines({ conversation: turns }, { x: 1 }), ":2 has no conversation"],
      [jsonLines({ conversation: [{ human: 5 }] }), ':1, turn 1: "human" must be a text'],
      ["text\n", ":1 is not JSON: "],
    ] as OwnFile["bad"],
  })),
  {
    dataset: "custom_multi_turn",
    ending: "jsonl",
    good: jsonLines(user("Café?"), user("b")),
    bad: [
      [jsonLines(user("a"), [{ content: "b" }]), ":2: message 1 has no role"],
      [jsonLines([{ role: "user", content: 5 }]), ":1: message 1: its content"],
      ["[{\n", ":1 is not JSON: "],
    ],
  },
  {
    dataset: "tool_calls",
    ending: "jsonl",
    good: jsonLines({ messages: user("Café?"), tools: [], results: ["b"] }),
    flags: ["--dataset-args", '{"follow_up": true}'],
    bad: [
      [jsonLines({ messages: user("a") }), ":1 has no tools"],
      [jsonLines({ messages: [5], tools: [] }), ":1: message 1 has no role"],
      [jsonLines({ messages: user("a"), tools: [], results: [5] }), ":1: result 1 must be a text or a message"],
    ],
  },
  {
    dataset: "swe_smith",
    ending: "json",
    good: JSON.stringify({ conversations: [[{ messages: user("Café?") }]] }),
    bad: [
      ["{}", ' has no list "conversations"'],
      [
        '{"conversations": [[{"messages": [{"role": "user", "content": 5}]}]]}',
        ": conversation 1, turn 1: message 1: its",
      ],
      ['{"conversations": [', " is not JSON"],
    ],
  },
  {
    dataset: "trie_code_qa",
    ending: "jsonl",
    good: jsonLines({ ...lengths, note: "é" }),
    bad: [
      [jsonLines(lengths, { ...lengths, num_turns: undefined }), ':2: "num_turns" must be a number'],
      [jsonLines({ ...lengths, input_prompt_length: "x" }), ':1: "input_prompt_length" must be a number'],
      [jsonLines({ ...lengths, tool_call_latency: [] }), ':1: "tool_call_latency" must be a list of num_turns (1)'],
    ],
  },
  {
    dataset: "workload_trace",
    ending: "jsonl",
    good: jsonLines(timed(1), timed(2)),
    bad: [
      [jsonLines(timed(1), { timestamp: 2 }), ":2 body must be an object"],
      [jsonLines(timed("soon")), ":1 timestamp must be seconds"],
      [jsonLines(timed(2), timed(1)), ":2 is earlier than the line above"],
    ],
  },
  {
    dataset: "embedding",
    ending: "jsonl",
    good: jsonLines({ text: "Café?" }, "b"),
    bad: [
      [jsonLines({ text: "a" }, { x: 1 }), ":2 has no text, input, sentence, content"],
      [jsonLines({ text: 5 }), ":1 has no text"],
      [jsonLines("a", ""), ":2 is an empty text"],
    ],
  },
  {
    dataset: "rerank",
    ending: "jsonl",
    good: jsonLines({ query: "Café?", documents: ["a", { text: "b" }] }),
    bad: [
      [jsonLines({ query: "a", documents: ["b"] }, { documents: ["b"] }), ":2 has no query"],
      [jsonLines({ query: "a", documents: [] }), ":1 has no documents, passages, texts"],
      [jsonLines({ query: "a", documents: [5] }), ":1, document 1 is no JSON object"],
    ],
  },
];

describe.each(FILES.map((one) => [one.dataset, one] as const))("%s", (dataset, { ending, good, bad, flags = [] }) => {
  const file = (name: string, data: string | Uint8Array) => dataFile(`${dataset}-${name}.${ending}`, data);

  test("the same of a file with returns, with a byte order mark, and with empty lines", async () => {
    const inputs = await sent(dataset, file("good", good), flags);
    expect(inputs.length).toBeGreaterThan(0);
    for (const [name, text] of Object.entries({
      returns: good.replaceAll("\n", "\r\n"),
      mark: `\uFEFF${good}`,
      blank: `\n \n${good}\n\n`,
    })) {
      expect(await sent(dataset, file(name, text), flags)).toEqual(inputs);
    }
  });

  test("what is not UTF-8 is refused", async () => {
    const latin = file("latin1", Buffer.from(good, "latin1"));
    expect(await refusal(dataset, latin, flags)).toMatch(/-latin1\.\w+:\d+ is not UTF-8: convert/);
    const wide = file("utf16", Buffer.from(`\uFEFF${good}`, "utf16le"));
    expect(await refusal(dataset, wide, flags)).toBe(`${wide} is UTF-16: save it as UTF-8`);
  });

  test.each(bad)("%j is refused with its place", async (text, message) => {
    const path = file("bad", text);
    expect(await refusal(dataset, path, flags)).toContain(`${path}${message}`);
  });
});

describe("what is sent otherwise than it looks, or not at all, is told once", () => {
  async function warnings(dataset: string, path: string): Promise<string[]> {
    const write: Mock<typeof process.stderr.write> = spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      await sent(dataset, path, ["--sample", "1"]);
      return write.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("warning"));
    } finally {
      write.mockRestore();
    }
  }

  test("records without anything to send", async () => {
    const path = dataFile("hollow.jsonl", jsonLines({ prompt: "a" }, { prompt: "" }, { prompt: " " }));
    expect(await warnings("jsonl", path)).toEqual([
      expect.stringContaining(`${path}: 2 records that hold nothing to send, passed over`),
    ]);
    const fine = dataFile("whole.jsonl", jsonLines({ prompt: "a" }));
    expect(await warnings("jsonl", fine)).toEqual([]);
  });

  test("a line that was meant to be JSON", async () => {
    const path = dataFile("meant.txt", '[1] a note\n{braces}\n{"messages": [\n{"prompt": \n');
    expect(await warnings("line_by_line", path)).toEqual([
      expect.stringContaining(`${path}:3 begins like JSON and is none: it is sent as text`),
    ]);
  });
});
