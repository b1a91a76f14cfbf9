import type { Sentence } from "./language-zh-sentences.ts";

/** What a run says on its way, and why it ended early. */
export const NOTICES: Sentence[] = [
  // Before it begins
  [/^calibrating: the same load, to the embedded server$/, "校准:同样的负载,发给内置服务器"],
  [/^(\S+) is not ready \((.*)\): waiting for it, (\S+) s at most$/, "$1 尚未就绪 ($2):等待它,最多 $3 s"],
  [
    /^lengths of made prompts are those of o200k_base: the service has not said its counts$/,
    "生成的输入按 o200k_base 计长:服务没有给出它的计数",
  ],
  [
    /^the service counts (\S+) tokens where --tokenizer-path counts 1: is it the model's tokenizer\?$/,
    "--tokenizer-path 计 1 个 token 时服务计 $1 个:它是该模型的分词器吗?",
  ],
  [
    /^prompts of (\d+) to (\d+) characters are sent; made ones are counted in tokens \(others too with --tokenizer-path\)$/,
    "只发送 $1 到 $2 个字符的输入;生成的按 token 计 (有 --tokenizer-path 时其他的也是)",
  ],
  [/^prompts of (\d+) to (\d+) tokens are sent$/, "只发送 $1 到 $2 个 token 的输入"],
  [/^prompts of (\d+) to (\d+) tokens are sent, chat template included$/, "只发送 $1 到 $2 个 token 的输入,含聊天模板"],
  [
    /^the run's file may take (.*), and (.*) has (.*) free: (?:--record metrics, )?--outputs-dir on another disk, or a smaller --number$/,
    "这次运行的文件可能占 $1,而 $2 只剩 $3:可用 --record metrics,把 --outputs-dir 放到其他磁盘,或减小 --number",
  ],
  [
    /^up to (\d+) connections are opened, and each holds a local port for (\d+) s after its end: above (\d+) a second the machine's (\d+) ports run out; (.*)$/,
    "最多打开 $1 个连接,每个结束后占用本地端口 $2 s:每秒超过 $3 个时本机的 $4 个端口会用完;可用 $5",
  ],
  [
    /^(--parallel \d+) needs as many local ports, and this machine has (\d+) for one address: (.*)$/,
    "$1 需要同样多的本地端口,而本机对一个地址只有 $2 个:可用 $3",
  ],
  [
    /^(.*): this file system takes no write-ahead log, so SQLite's journal mode is '(.*)': reading the file while the run goes on may have to wait$/,
    "$1:该文件系统不支持预写日志,SQLite 用 '$2' 模式:运行期间读取该文件可能要等待",
  ],
  // On its way
  [
    /^cannot read the metrics at (.*?): (.*); the run goes on, and tries again each second$/,
    "读不到 $1 的指标:$2;运行继续,每秒重试",
  ],
  [/^(--\S+): (.*) failed \((.*)\); the load is sent all the same$/, "$1:$2 失败 ($3);负载照常发送"],
  [/^tokens could not be counted: (.*)$/, "token 无法计数:$1"],
  [
    /^(\d+) of (\d+) replies are longer by plumb's count than they were asked to be at most: the tokenizer is not the model's; name that one with --tokenizer-path$/,
    "按 plumb 的计数,$2 个回复中有 $1 个超过所要求的最大长度:分词器不是该模型的,请用 --tokenizer-path 给出",
  ],
  [
    /^over-saturated: of (\S+) requests\/s (\S+) pile up each second, and TTFT grew over (\S+) s: the level ends$/,
    "过饱和:每秒 $1 个请求中积压 $2 个,TTFT 连续增长 $3 s:该档位结束",
  ],
  [
    /^left out, because the service cannot keep up with less: (.*) requests\/s$/,
    "略过 $1 请求/秒:更低的负载服务已跟不上",
  ],
  [/^--budget (\S+) s is spent: (.*) does not hold yet at level (.*)$/, "--budget 的 $1 s 已用完:第 $3 档尚未满足 $2"],
  [/^(\d+) repeats are done: (.*) does not hold yet at level (.*)$/, "已重复 $1 次:第 $3 档尚未满足 $2"],
  [/^(\S+ at once|\S+ requests\/s), run (\d+): (.*)$/, "$1,第 $2 次:$3"],
  // Why it ended early
  [/^(\d+) requests? failed: --max-errors (\d+)$/, "$1 个请求失败:--max-errors $2"],
  [/^(\d+) of (\d+) requests failed: --max-error-rate (\S+)$/, "$2 个请求中失败 $1 个:--max-error-rate $3"],
  [
    /^the service takes no connections: nothing but refusals for (\S+) s \((.*?)\): (.*)$/,
    "服务不接受连接:连续 $1 s 全被拒绝 ($2):$3",
  ],
  [
    /^API plugin (\S+) failed on each of the first (\d+) requests: (.*)$/,
    "API 插件 $1 在最初的 $2 个请求上全部失败:$3",
  ],
  [
    /^--api (\S+) skipped all of the first (\d+) inputs of dataset (\S+): nothing to send$/,
    "--api $1 跳过了数据集 $3 最初的全部 $2 个输入:没有可发送的",
  ],
  [
    /^engine (\d+) ended \((.*)\): the run stops; what had finished is kept$/,
    "引擎 $1 结束了 ($2):运行停止,已完成的会保留",
  ],
  // At its end
  [/^no request succeeded: `plumb query` shows each one's error$/, "没有请求成功:`plumb query` 可看每个请求的错误"],
  [/^the run is client-limited, and --strict makes that a failure$/, "运行受客户端限制,按 --strict 视为失败"],
  [/^no report: (.*)$/, "没有报告:$1"],
  [
    /^copy (.*) together with its -wal file, which could not be folded in$/,
    "复制 $1 时请连同它的 -wal 文件,后者未能并入",
  ],
  [
    /^cannot write (.*?): (.*); (`plumb report.*`) (?:makes it|prints the figures) again$/,
    "无法写入 $1:$2;可用 $3 重做",
  ],
  // Blocks of an A/B session
  [/^pair (\d+), ([AB]): (\w+), (\d+) requests$/, "第 $1 对,$2:$3,$4 个请求"],
  [/^([AB]): (.*)$/, "$1:$2"],
  [
    /^pair (\d+) is thrown away, because plumb's own machine shaped it: (.*)$/,
    "第 $1 对弃用,因为 plumb 所在的机器影响了它:$2",
  ],
];

/** Parts of those sentences. */
export const NOTICE_PARTS: Sentence[] = [
  [/^(--\w+ \w+), which keeps connections$/, "$1,它保持连接"],
  [/^(`ulimit -n \d+`) as root \(the hard limit is (\d+)\)$/, "以 root 执行 $1 (硬限制为 $2)"],
  [/^(--parallel \d+) at most$/, "最多 $1"],
  [/^(.*\)|.*: measured); (.*)$/, "$1;$2"],
  [/^holds \((.*)\)$/, "达标 ($1)"],
  [/^does not hold \((.*)\)$/, "不达标 ($1)"],
  [/^the client is the limit \((.*)\)$/, "受客户端限制 ($1)"],
  [/^not yet clear \((.*)\)$/, "尚不明确 ($1)"],
  [/^requests pile up$/, "请求积压"],
  [/^this run: the client is the limit$/, "本次受客户端限制"],
  [/^(.*): measured$/, "$1:已测"],
  [/^(.*): does not hold$/, "$1:不达标"],
  [/^(.*): the client is the limit$/, "$1:受客户端限制"],
  [/^(.*): not yet clear$/, "$1:尚不明确"],
  [/^measured$/, "已测"],
  [/^limited$/, "受限"],
  [/^failed$/, "失败"],
  [/^interrupted$/, "被中断"],
  [/^no request succeeded$/, "没有请求成功"],
  [/^the run failed$/, "运行失败"],
  [/^client-limited$/, "受客户端限制"],
];
