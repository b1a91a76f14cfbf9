import { defineApi, messagesOf } from "plumb";

export default defineApi({
  name: "ten_lines",
  endpoint: "chat/completions",
  buildRequest(input, params) {
    const messages = messagesOf(input, "ten_lines");
    const max_tokens = input.maxTokens ?? params.maxTokens;
    return { body: { model: params.model, messages, max_tokens, stream: params.stream, ...params.extraArgs } };
  },
});
