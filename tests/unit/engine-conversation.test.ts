import { describe, expect, test } from "bun:test";
import openai from "../../plugins/api/openai.ts";
import type { ApiPlugin, ToolCall } from "../../src/contract/api.ts";
import type { Input, Message, Turn } from "../../src/contract/input.ts";
import { openaiReader } from "../../src/contract/openai-reader.ts";
import { Conversation, type ConversationInput } from "../../src/engine/conversation.ts";
import { HeardAnswer } from "../../src/engine/heard-answer.ts";
import { Reply } from "../../src/engine/reply.ts";
import { chunk } from "./engine-fixture.ts";

interface Manner {
  api?: Pick<ApiPlugin, "replyMessage">;
  applyChatTemplate?: boolean;
  keepReasoning?: boolean;
}

function conversationOf(turns: Turn[], manner: Manner = {}, beside: Partial<Omit<ConversationInput, "kind">> = {}) {
  const input: ConversationInput = { ...beside, kind: "conversation", turns };
  return new Conversation(3, "run-c3", input, {
    api: openai,
    applyChatTemplate: true,
    keepReasoning: false,
    ...manner,
  });
}

const user = (content: string): Message => ({ role: "user", content });
const tool = (id: string, content: string): Message => ({ role: "tool", tool_call_id: id, content });
const turn = (...messages: Message[]): Turn => ({ messages });
const answer = (text: string, calls: ToolCall[] = [], reasoning = "") => ({ text, reasoning, calls });
const call = (id: string): ToolCall => ({ id, name: "f", arguments: '{"a":1}' });
const written = (id: string) => ({ id, type: "function", function: { name: "f", arguments: '{"a":1}' } });

function messagesOf(input: Input): Message[] {
  if (input.kind !== "messages") throw new Error(input.kind);
  return input.messages;
}

describe("a conversation", () => {
  test("each request has all that was said, the model's own words among it", () => {
    const talk = conversationOf([turn({ role: "system", content: "s" }, user("a")), turn(user("b")), turn(user("c"))]);
    expect(messagesOf(talk.next())).toEqual([{ role: "system", content: "s" }, user("a")]);
    expect([talk.turn, talk.row, talk.isLast]).toEqual([0, 3 * 1024, false]);
    talk.heard(answer("A"));
    const second = messagesOf(talk.next());
    talk.heard(answer("B"));
    expect(messagesOf(talk.next()).slice(2)).toEqual([
      { role: "assistant", content: "A" },
      user("b"),
      { role: "assistant", content: "B" },
      user("c"),
    ]);
    expect([talk.turn, talk.row, talk.isLast]).toEqual([2, 3 * 1024 + 2, true]);
    // What was handed out before stays what it was.
    expect(second).toHaveLength(4);
  });

  test("a turn's own limit goes before the conversation's, and what stands beside it goes along", () => {
    const beside = { maxTokens: 9, headers: { h: "1" }, metadata: { m: 1 }, extra: { tools: [] } };
    const talk = conversationOf([{ ...turn(user("a")), maxTokens: 4 }, turn(user("b"))], {}, beside);
    expect(talk.next()).toEqual({ ...beside, maxTokens: 4, kind: "messages", messages: [user("a")] });
    talk.heard(answer("A"));
    expect(talk.next()).toMatchObject({ maxTokens: 9 });
  });

  test("reasoning stays out of the history unless it is asked for", () => {
    const turns = [turn(user("a")), turn(user("b"))];
    for (const keepReasoning of [false, true]) {
      const talk = conversationOf(turns, { keepReasoning });
      talk.next();
      talk.heard(answer("A", [], "hm"));
      const said = { role: "assistant", content: "A", ...(keepReasoning && { reasoning_content: "hm" }) };
      expect(messagesOf(talk.next())[1]).toEqual(said);
    }
  });

  test("an API may have another form for a reply", () => {
    const api = { replyMessage: ({ text }: { text: string }) => ({ role: "model", content: text }) };
    const talk = conversationOf([turn(user("a")), turn(user("b"))], { api });
    talk.next();
    talk.heard(answer("A"));
    expect(messagesOf(talk.next())[1]).toEqual({ role: "model", content: "A" });
  });

  test("where no chat template is applied all of it is one prompt, and an image refuses to be one", () => {
    const talk = conversationOf([turn(user("a")), turn(user("b"))], { applyChatTemplate: false });
    expect(talk.next()).toEqual({ kind: "prompt", prompt: "a" });
    talk.heard(answer("A"));
    expect(talk.next()).toEqual({ kind: "prompt", prompt: "a\nA\nb" });
    const image: Message = { role: "user", content: [{ type: "image_url", image_url: { url: "u" } }] };
    expect(() => conversationOf([turn(image)], { applyChatTemplate: false }).next()).toThrow(
      /image_url.*chat endpoint/,
    );
  });

  test("begun in the middle it has the dataset's replies before it", () => {
    const reply = { role: "assistant", content: "A" };
    const talk = conversationOf([{ ...turn(user("a")), reply }, turn(user("b")), turn(user("c"))]);
    talk.next();
    talk.beginAt(2);
    expect(messagesOf(talk.next())).toEqual([
      user("a"),
      reply,
      user("b"),
      { role: "assistant", content: "" },
      user("c"),
    ]);
    expect(talk.row).toBe(3 * 1024 + 2);
  });
});

describe("tool calls", () => {
  const turns = [turn(user("a")), turn(tool("x", "1"), tool("y", "2"))];

  test("the dataset's answers take the ids that the model gave, in order", () => {
    const talk = conversationOf(turns);
    talk.next();
    talk.heard(answer("", [call("m1"), call("m2")]));
    expect(messagesOf(talk.next()).slice(1)).toEqual([
      { role: "assistant", content: null, tool_calls: [written("m1"), written("m2")] },
      tool("m1", "1"),
      tool("m2", "2"),
    ]);
  });

  test("calls that nothing answers are left out; answers to no call stay as they are", () => {
    const more = conversationOf(turns);
    more.next();
    more.heard(answer("t", [call("m1"), call("m2"), call("m3")]));
    expect(messagesOf(more.next())[1]).toEqual({
      role: "assistant",
      content: "t",
      tool_calls: [written("m1"), written("m2")],
    });
    const fewer = conversationOf(turns);
    fewer.next();
    fewer.heard(answer("t", [call("m1")]));
    expect(messagesOf(fewer.next()).slice(2)).toEqual([tool("m1", "1"), tool("y", "2")]);
    const none = conversationOf([turn(user("a")), turn(user("b"))]);
    none.next();
    none.heard(answer("t", [call("m1")]));
    expect(messagesOf(none.next())[1]).toEqual({ role: "assistant", content: "t" });
  });

  test("they are put together from a stream's pieces, those that are never parsed too; other choices are not heard", () => {
    const heard = new HeardAnswer();
    const reply = new Reply(openaiReader({ body: {} }), 0, heard);
    const say = (delta: object, index = 0) => {
      reply.event(JSON.stringify(chunk(delta, { index })), undefined, 1, 1);
    };
    const piece = (index: number, made: object) => ({ tool_calls: [{ index, ...made }] });
    say({ reasoning_content: "h" });
    say({ reasoning_content: "m" });
    for (const text of ["Let", " me", " see"]) say({ content: text });
    say({ content: "other" }, 1);
    say(piece(0, { id: "c0", function: { name: "f", arguments: "" } }));
    for (const text of ['{\\"', "a", '\\":', "1}"]) say(piece(0, { function: { arguments: text } }));
    say(piece(1, { id: "c1", function: { name: "g", arguments: "" } }));
    for (const text of ["{", "}"]) say(piece(1, { function: { arguments: text } }));
    expect(heard.whole()).toEqual({
      text: "Let me see",
      reasoning: "hm",
      calls: [
        { id: "c0", name: "f", arguments: '{\\"a\\":1}' },
        { id: "c1", name: "g", arguments: "{}" },
      ],
    });
  });

  test("a reply in one piece brings them as well", () => {
    const heard = new HeardAnswer();
    const reply = new Reply(openaiReader({ body: {} }), 0, heard);
    const message = {
      content: "t",
      tool_calls: ["a", "b"].map((id) => ({ id, function: { name: id, arguments: "{}" } })),
    };
    reply.body(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "tool_calls" }] }), 1, 1);
    expect(heard.whole()).toMatchObject({ text: "t", calls: [{ id: "a" }, { id: "b" }] });
  });
});
