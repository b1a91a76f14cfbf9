import type { Sentence } from "./language-zh-sentences.ts";

/** What a comparison and a gate say of what they found. */
export const FINDINGS: Sentence[] = [
  [/^not measured on both sides$/, "并非两边都测到"],
  [/^no ratio of a figure that is 0$/, "指标为 0,没有比值"],
  [/^too little to know the spread: repeat it$/, "太少,不知离散程度:请重复"],
  [/^one pair has no spread$/, "只有一对,没有离散程度"],
  [/^beyond the limit for sure$/, "确定超过限值"],
  [/^within the limit for sure$/, "确定未超过限值"],
  [/^the limit lies inside the noise$/, "限值落在噪声之内"],
  [/^within the limit$/, "未超过限值"],
  [/^beyond the limit$/, "超过限值"],
  [/^there is no such figure$/, "没有这个指标"],
  [/^plumb's own machine shaped the figures$/, "plumb 所在的机器影响了这些数字"],
  [
    /^(.*): plumb's own machine shaped the figures of (\d+) of (\d+) runs$/,
    "$1:$3 次运行中有 $2 次的数字受 plumb 所在的机器影响",
  ],
  [/^(.*): (\d+) of (\d+) runs did not come to their own end$/, "$1:$3 次运行中有 $2 次没有自行结束"],
  [
    /^intervals are of moving blocks within one run: they do not know how much one run differs from the next; repeat the runs \(--repeat, or several folders joined by commas\)$/,
    "区间来自同一次运行内的滑动分块:不知道一次运行与下一次相差多少;请重复运行 (--repeat,或用逗号连接多个文件夹)",
  ],
  [
    /^one side has a single run: it is taken to spread as the runs of the other side do$/,
    "一边只有一次运行:假定它与另一边的运行离散程度相同",
  ],
  [
    /^the sides ran one after the other: what changed with time is in the differences; interleave the runs \(plumb ab\)$/,
    "两边先后运行:随时间的变化也在差异之中;请交错运行 (plumb ab)",
  ],
  [
    /^(\d+) differences at (\S+) each: about (\S+) seem real by chance alone$/,
    "$1 项差异,每项 $2:约有 $3 项只因偶然而显得真实",
  ],
  [/^the loads differ: (.*)$/, "负载不同:$1"],
  [/^not on every side, and left out: load (.*) of (.*)$/, "并非每边都有,已略去:$2 的负载 $1"],
];
