import type { ErrorKind } from "../record/outcome.ts";

/** Figures by their keys in summary.json: their names in Chinese, and what they mean. */
export const CHINESE_FIGURES: Record<string, { name: string; means: string }> = {
  ttft_ms: { name: "TTFT,首 token 时间", means: "从发送到第一个有内容的事件(文本、推理或工具调用,任一候选)" },
  ttfa_ms: { name: "TTFA,首个答案时间", means: "从发送到第一个答案文本;模型先推理时晚于 TTFT" },
  tpot_ms: {
    name: "TPOT,每输出 token 时间",
    means: "每个请求:首个与最后输出之间的时间 / 首块之后的 token 数;均值不加权",
  },
  latency_ms: { name: "延迟", means: "从发送到完成;开环时从计划时刻算起" },
  latency_from_sent_ms: { name: "自发送起的延迟", means: "从发送到完成;仅开环时有,此时延迟从计划时刻算起" },
  wait_ms: { name: "等待空位", means: "从计划时刻到有并发位空出:服务没有及时腾出" },
  client_lag_ms: { name: "客户端滞后", means: "本该发送之后又过了多久才发送:plumb 所在的机器慢了" },
  prompt_tokens: { name: "输入 token", means: "每个请求的输入长度" },
  completion_tokens: { name: "输出 token", means: "每个回复的长度,含推理" },
  ttft_with_failures_ms: {
    name: "TTFT,含失败",
    means: "所有已结束请求的 TTFT 分位数:没有首 token 的,超时记为“至少”,失败记为无穷大",
  },
  latency_with_failures_ms: {
    name: "延迟,含失败",
    means: "所有已结束请求的延迟分位数:超时记为“至少”已等的时间,失败记为无穷大",
  },
  chunk_gap_ms: { name: "块间隔", means: "相邻两个输出事件之间的时间,不按 token 均摊:用户看到的停顿" },
  itl_ms: { name: "ITL,token 间隔", means: "块间隔 / 后一块的 token 数,每个 token 计一次" },
  success_rate: { name: "成功率", means: "成功数 / 应发数,未发送的也计入分母" },
  attainment: { name: "达标率", means: "满足 --slo 全部时间上限的请求 / 应发数;失败和未发送的算不达标" },
  goodput_per_s: { name: "有效吞吐", means: "满足 --slo 全部时间上限的请求 / 时长" },
  requests_per_s: { name: "请求吞吐", means: "成功数 / 时长;稳态窗口内为窗口中完成的成功数 / 窗口长度" },
  output_tokens_per_s: { name: "输出吞吐", means: "成功请求的输出 token / 时长;稳态窗口内只计窗口中收到的" },
  total_tokens_per_s: { name: "总吞吐", means: "成功请求的输入和输出 token / 时长;稳态窗口同输出吞吐" },
  items_per_s: { name: "条目吞吐", means: "成功请求中嵌入的文本或排序的文档 / 时长" },
  input_tokens_per_s: { name: "输入吞吐", means: "成功请求的输入 token / 时长" },
  duration_s: { name: "时长", means: "从第一个发送到最后一个完成,含失败的,不含预热" },
  cache_hit_rate: { name: "缓存命中率", means: "命中缓存的 token / 输入 token,只计报告了缓存的请求" },
  per_chunk: { name: "每块 token", means: "输出 token / 有输出的事件数,只计流式的成功请求" },
  coalesced_share: { name: "一并读取的块", means: "与前一个事件一并读到的输出事件 / 全部输出事件" },
};

/** Kinds of failure in Chinese: what they mean, and what to look at first. */
export const CHINESE_ERRORS: Record<ErrorKind, { means: string; look: string }> = {
  dns: { means: "找不到该主机名", look: "--url 中的主机名,以及本机的域名解析" },
  connect: { means: "没有连上:被拒绝或不可达", look: "服务是否在运行、端口、防火墙" },
  tls: { means: "TLS 握手失败", look: "消息:证书过期、自签名或属于其他主机;--ca FILE" },
  timeout_connect: { means: "在 --connect-timeout 内没有连上", look: "服务的连接队列" },
  timeout_idle: {
    means: "在 --read-timeout 内没有收到任何字节,等待首字节也算",
    look: "服务自身的队列:输入可能要等这么久才轮到",
  },
  timeout_total: { means: "在 --total-timeout 内没有完成", look: "--max-tokens,以及单个流的速度" },
  http_4xx: { means: "状态码 400 到 499,429 除外", look: "消息:由服务自己给出" },
  rate_limited: { means: "状态码 429:服务不再接受更多请求", look: "密钥的限额;降低负载" },
  http_5xx: { means: "状态码 500 到 599", look: "服务自身的日志" },
  redirect: { means: "重定向,plumb 不会跟随", look: "--url:直接写它指向的地址" },
  protocol: { means: "收到的不是 HTTP", look: "端口,以及它是否说 https" },
  reset: { means: "回复尚未完整,连接就断了", look: "中间的代理;服务的日志" },
  truncated: { means: "回复结束了,却没有该 API 自己的结束标志", look: "服务是否崩溃;--api" },
  stream_error: { means: "流中的一个事件说请求失败了", look: "消息" },
  malformed: { means: "本应是 JSON 的事件或正文不是 JSON", look: "回复:`plumb query`" },
  decode: { means: "字节不是所声明编码的文本", look: "途中由谁压缩" },
  empty: { means: "回复完整,却没有输出,也没有输出 token", look: "输入所用的模板" },
  wrong_content_type: { means: "既不是流也不是 JSON,例如一个 HTML 页面", look: "--url:是不是代理的页面?" },
  too_large: { means: "事件或正文超过 plumb 能容纳的大小", look: "--max-response-mb" },
  plugin: { means: "API 插件抛出了错误", look: "消息;`plumb plugins check`" },
  local_resource: {
    means: "plumb 所在的机器用尽了描述符、端口或内存",
    look: "`ulimit -n`、net.ipv4.ip_local_port_range",
  },
  engine_lost: { means: "引擎进程结束了", look: "stderr 和内核日志:是否内存不足?" },
  cancelled: { means: "运行停止时它还在途", look: "无需:这是所要求的" },
  cancelled_on_purpose: { means: "--cancel 放弃了它;与失败分开计数", look: "无需:这是所要求的" },
  unsent: { means: "应发而未发送;与失败分开计数", look: "运行为何提前结束" },
};
