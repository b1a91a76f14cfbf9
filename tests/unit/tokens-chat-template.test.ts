import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ChatTemplate, chatTemplateBeside } from "../../src/tokens/chat-template.ts";
import { folderWith } from "./tokens-fixture.ts";

const CHATML =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hi, 北京?" },
];

describe("apply", () => {
  test("puts the messages into the template, and where wanted the beginning of an answer", () => {
    const prompt = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi, 北京?<|im_end|>\n";
    expect(new ChatTemplate(CHATML).apply(messages, false)).toBe(prompt);
    expect(new ChatTemplate(CHATML).apply(messages, true)).toBe(`${prompt}<|im_start|>assistant\n`);
  });

  test("blocks take their line's end and indent with them, as the reference has it", () => {
    const template =
      "{{- bos_token }}\n{%- for m in messages %}\n  {% if m.role == 'user' %}\nU: {{ m.content }}\n  {% endif %}\n{%- endfor %}\n";
    expect(new ChatTemplate(template, { bos_token: "<s>" }).apply(messages, true)).toBe("<s>U: Hi, 北京?\n");
  });

  test("a template's own refusal comes through", () => {
    const template = new ChatTemplate("{{ raise_exception('roles must alternate') }}");
    expect(() => template.apply(messages, true)).toThrow("roles must alternate");
  });
});

describe("chatTemplateBeside", () => {
  const found = (files: Record<string, unknown>) => {
    using folder = folderWith(files);
    return chatTemplateBeside(join(folder.path, "tokenizer.json"))?.apply(messages, false) ?? null;
  };

  test("finds it in tokenizer_config.json, with the special tokens", () => {
    const config = {
      chat_template: "{{ bos_token }}{{ eos_token }}",
      bos_token: "<s>",
      eos_token: { content: "</s>" },
    };
    expect(found({ "tokenizer_config.json": config })).toBe("<s></s>");
  });

  test("takes a file of its own first", () => {
    expect(
      found({
        "tokenizer_config.json": { chat_template: "a", bos_token: "!" },
        "chat_template.jinja": "b{{ bos_token }}",
      }),
    ).toBe("b!");
  });

  test("of several, the default", () => {
    const several = [
      { name: "tool_use", template: "a" },
      { name: "default", template: "b" },
    ];
    expect(found({ "tokenizer_config.json": { chat_template: several } })).toBe("b");
  });

  test("none", () => {
    expect(found({})).toBeNull();
    expect(found({ "tokenizer_config.json": {} })).toBeNull();
  });

  test("what cannot be read is named", () => {
    expect(() => found({ "tokenizer_config.json": "{" })).toThrow("tokenizer_config.json cannot be read");
    expect(() => found({ "chat_template.jinja": "{% for %}" })).toThrow("chat_template.jinja cannot be read");
  });
});
