import { COMPARISON_PHRASES } from "./language-zh-comparison.ts";
import { DATA_PHRASES } from "./language-zh-data.ts";
import { LEVEL_PHRASES } from "./language-zh-level.ts";
import { LIVE_PHRASES } from "./language-zh-live.ts";
import { RUN_PHRASES } from "./language-zh-run.ts";

/** Every phrase that plumb says at a terminal, and what it is in Chinese. */
export const CHINESE = {
  ...RUN_PHRASES,
  ...LEVEL_PHRASES,
  ...LIVE_PHRASES,
  ...COMPARISON_PHRASES,
  ...DATA_PHRASES,
} as const;

export type Phrase = keyof typeof CHINESE;

export const CHINESE_NOUNS = {
  request: "个请求",
  "warm-up request": "个预热请求",
  input: "个输入",
  connection: "个连接",
  level: "个档位",
  run: "次运行",
  "output token": "个输出 token",
  token: "个 token",
  conversation: "个对话",
  turn: "轮",
  pair: "对",
  point: "个百分点",
  image: "张图片",
  character: "个字符",
} as const;

export type Noun = keyof typeof CHINESE_NOUNS;
