/** Everything a plugin author imports from "plumb". */
export type * from "./api.ts";
export type * from "./dataset.ts";
export { defineApi, defineDataset } from "./define.ts";
export { countOf, errorWords, type Fields, fieldsOf, isFields, listOf, malformedReply, textOf } from "./fields.ts";
export type * from "./input.ts";
export { type Log, log } from "./log.ts";
export { createMessage, imageUrl, inlineImage, messagesOf, messageText } from "./message.ts";
export { openaiReader } from "./openai-reader.ts";
export type * from "./options.ts";
export type * from "./params.ts";
export { type BodyParts, requestBody } from "./request-body.ts";
export * from "./script.ts";
export type * from "./session.ts";
export type * from "./summary.ts";
export { writtenFields } from "./written.ts";
