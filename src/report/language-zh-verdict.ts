import type { Sentence } from "./language-zh-sentences.ts";

/** What the summary says of the verdict and of a ladder, and what a search answers. */
export const VERDICT_SENTENCES: Sentence[] = [
  // Evidence: NAME VALUE at level N (limit X): EFFECT. ADVICE.
  [
    /^(\w+ \S+(?: of a core| ms| a core)?)( at level \d+)? \(limit ([^)]+)\): (.*)\. (Try .*)\.$/,
    "$1$2 (限值 $3):$4。$5。",
  ],
  // Notes of the verdict
  [/^plumb watched itself for (\S+) s only: too short to tell much\.$/, "plumb 只观察了自身 $1 s:太短,说明不了多少。"],
  [/^No request succeeded: this is about plumb's own machine alone\.$/, "没有请求成功:这里说的只是 plumb 所在的机器。"],
  // Advice of a ladder
  [/^the service cannot keep up with (.*)$/, "服务跟不上 $1"],
  [
    /^the knee is at (.*): beyond it throughput costs more in latency than it gains$/,
    "拐点在 $1:再往上,延迟的代价大于吞吐的收益",
  ],
  [/^not yet saturated at (.*): higher levels may give more throughput$/, "$1 时尚未饱和:更高的负载可能有更高的吞吐"],
  [/^no more throughput beyond (.*): higher levels only wait longer$/, "超过 $1 吞吐不再增加:更高的负载只是等得更久"],
  // Answers of a search
  [/^holds up to the upper bound of the search: (.*)$/, "直到搜索的上限都达标:$1"],
  [/^holds up to (.*), no longer at (.*)$/, "达标至 $1,$2 时不再达标"],
  [/^not even the lowest load holds: (.*)$/, "最低的负载也不达标:$1"],
  [/^(.*); at (.*) plumb's own machine is the limit, not the service$/, "$1;$2 时瓶颈是 plumb 所在的机器,不是服务"],
  [/^(.*); at (.*) plumb's own machine is the limit$/, "$1;$2 时瓶颈是 plumb 所在的机器"],
  [/^best at (.*), the upper bound of the search$/, "最佳为 $1,即搜索的上限"],
  [/^best at (.*), the lower bound of the search$/, "最佳为 $1,即搜索的下限"],
  [/^best at (.*)$/, "最佳为 $1"],
  [/^at no load did every request succeed$/, "没有一个负载下所有请求都成功"],
  [/^the search did not come to its end$/, "搜索没有走到结束"],
];

/** Parts of those sentences. */
export const VERDICT_PARTS: Sentence[] = [
  [/^(\w+) (\S+) a core$/, "$1 每核 $2"],
  [/^(\S+) a core$/, "每核 $1"],
  [/^(\w+) (\S+) of a core$/, "$1 $2 个核"],
  [/^(\S+) of a core$/, "$1 个核"],
  [/^ at level (\d+)$/, ",第 $1 档"],
  [/^TTFT and latency p99 may be up to (\S+) ms too high$/, "TTFT 和延迟的 p99 可能偏高,最多 $1 ms"],
  [/^replies lay unread meanwhile, and were stamped late$/, "其间回复未被读取,时间戳偏晚"],
  [/^replies queue up unread, and are stamped late$/, "回复排队未读,时间戳偏晚"],
  [/^inputs may have come late, and the load be less than asked$/, "输入可能来迟,负载可能低于要求"],
  [/^latency from scheduled may be up to (\S+) ms too high at p99$/, "自计划时刻起的延迟 p99 可能偏高,最多 $1 ms"],
  [
    /^slots stood empty for (\S+) of the time: throughput may be as much too low, TTFT is not$/,
    "并发位有 $1 的时间空着:吞吐可能偏低同样多,TTFT 不受影响",
  ],
  [
    /^chunk gaps and ITL have gaps of 0 and longer ones that the service did not make; TPOT bears it$/,
    "块间隔和 ITL 中有为 0 和偏长的间隔,并非服务造成;TPOT 不受影响",
  ],
  [
    /^(\d+) connections opened where (\d+) would do(?:, other programs' among them)?: up to (\S+) of TTFTs hold the opening of one \(fetch keeps (\d+)\)$/,
    "打开了 $1 个连接,而 $2 个就够:最多 $3 的 TTFT 含建立连接的时间(fetch 保留 $4 个)",
  ],
  [/^any time may be too long by what the host took$/, "任何时间都可能因宿主机占用而偏长"],
  [/^what runs here may have kept plumb from its core$/, "本机其他程序可能占用了 plumb 的核"],
  [/^Try (.*)$/, "可试 $1"],
  [/^(.+?), or (.*)$/, "$1,或 $2"],
  [/^another machine$/, "换一台机器"],
  [/^to end what else runs here$/, "结束本机其他程序"],
  [/^a lower --parallel$/, "降低 --parallel"],
  [/^nothing is known below$/, "更低的负载未知"],
  [/^no load came into question$/, "没有合格的负载"],
  [/^holds up to (.*)$/, "达标至 $1"],
  [/^(\S+) at once$/, "并发 $1"],
  [/^(\S+) requests\/s$/, "$1 请求/秒"],
];
