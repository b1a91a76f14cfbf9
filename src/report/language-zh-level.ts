/** What the report of a level says of its kinds of requests, conversations, lengths and servers, in Chinese. */
export const LEVEL_PHRASES = {
  // Parts, models, endpoints
  "{name}: {n} requests": "{name}:{n} 个请求",
  "{n} succeeded": "成功 {n}",
  "{n} prompt tokens": "输入 {n} token",
  // Conversations
  "{n} completed": "完成 {n}",
  "{n} abandoned after a failed turn": "因某轮失败而中止 {n}",
  "{n} cut short by the end of the load": "因负载结束而截短 {n}",
  "{n} not sent": "未发送 {n}",
  "{n} turns each": "平均 {n} 轮",
  "{s} s p50": "时长 p50 {s} s",
  "first answer after {ms} p50": "首轮回答 p50 {ms}",
  "the last turn's after {ms} p50": "末轮回答 p50 {ms}",
  "{share} of what was said before came from the cache": "此前内容的 {share} 来自缓存",
  "first: {n}": "首轮:{n}",
  "later: {n}": "后续:{n}",
  // Lengths
  "input {asked} tokens asked, {got} got, {exact}": "输入要求 {asked} token,实得 {got},{exact}",
  "output {asked} tokens asked, {got} got, {exact}": "输出要求 {asked} token,实得 {got},{exact}",
  "each as asked": "每个都相符",
  "{share} as asked to the token": "{share} 完全相符",
  "{share} of the requests are off their input length by more than 5%: give the model's tokenizer with --tokenizer-path":
    "{share} 的请求与要求的输入长度相差超过 5%:用 --tokenizer-path 给出该模型的分词器",
  "{share} of the requests are off their output length by more than 5%: the service may not know min_tokens and ignore_eos":
    "{share} 的请求与要求的输出长度相差超过 5%:服务可能不认识 min_tokens 和 ignore_eos",
  // What servers said of themselves
  server: "服务端",
  "{n} running (most {max})": "运行中 {n} (最多 {max})",
  "{n} waiting (most {max})": "排队 {n} (最多 {max})",
  "KV cache {share} full (most {max})": "KV 缓存占用 {share} (最多 {max})",
  "prefix cache hit rate {share}": "前缀缓存命中率 {share}",
  "draft tokens accepted {share}": "草稿 token 接受率 {share}",
  "{n} preemptions": "抢占 {n} 次",
  "read {n} times": "读取 {n} 次",
  "{n} of them": "{n} 块",
  "{n} W (most {max} W)": "{n} W (最多 {max} W)",
  "{share} used": "利用率 {share}",
  "{n} GB of memory": "显存 {n} GB",
  "{n} J an output token": "每个输出 token {n} J",
  // plumb's own error
  "at {load} plumb itself was off by p50 / p99: {figures} ({requests})":
    "{load} 时 plumb 自身的误差 p50 / p99:{figures} ({requests})",
  "{load}, {requests} of {tokens}; the embedded server's TTFT {ttft} ms, {itl} ms a token":
    "{load},{requests},每个 {tokens};内置服务器 TTFT {ttft} ms,每个 token {itl} ms",
  "What plumb recorded more than the server knows, request by request{missing}:":
    "plumb 的记录比服务器所知多出多少,逐个请求比较{missing}:",
  ", {requests} not compared": ",{requests}未比较",
  "{verdict}, by plumb's own lateness alone. The server ran on this machine too.":
    "{verdict},只按 plumb 自身的滞后判断。服务器也在本机运行。",
  "{verdict}, TTFT p99 up to {ms} too high, by plumb's own lateness alone. The server ran on this machine too.":
    "{verdict},TTFT p99 最多偏高 {ms},只按 plumb 自身的滞后判断。服务器也在本机运行。",
} as const;
