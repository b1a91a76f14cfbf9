import type { Sentence } from "./language-zh-sentences.ts";

const WAIT = ", or wait for it with --wait-ready 600";

/** Why nothing could be sent. */
export const FAILURES: Sentence[] = [
  [
    /^cannot connect to (\S+) \((.*)\): is the server running and --url right\? Start it(, or wait for it with --wait-ready 600)?$/,
    "连不上 $1 ($2):服务在运行吗?--url 对吗?请启动它$3",
  ],
  [
    /^(\S+) refused the key \((.*)\): give it with --api-key-file FILE, --api-key KEY or PLUMB_API_KEY$/,
    "$1 拒绝了密钥 ($2):用 --api-key-file FILE、--api-key KEY 或 PLUMB_API_KEY 给出",
  ],
  [/^--url: (\S+) speaks (\S+), not (\S+) \((.*)\): give (\S+)$/, "--url:$1 说的是 $2,不是 $3 ($4):请写 $5"],
  [
    /^--url: (\S+) answers, but not TLS \((.*)\): is it http:\/\/\?$/,
    "--url:$1 有应答,但不是 TLS ($2):应为 http:// 吗?",
  ],
  [/^--url: no such host as (\S+) \((.*)\)$/, "--url:没有 $1 这个主机 ($2)"],
  [
    /^--url: no trusted TLS connection to (\S+) \((.*)\): name its authority with --ca FILE, or do not check with --insecure$/,
    "--url:与 $1 之间没有可信的 TLS 连接 ($2):用 --ca FILE 给出证书机构,或用 --insecure 不检查",
  ],
  [
    /^(\S+) answers (.*): check the path in --url, and --model (.*) against (\S+)$/,
    "$1 应答 $2:请检查 --url 的路径,并对照 $4 检查 --model $3",
  ],
  [
    /^the test request to (\S+) failed \((.*)\); --no-test-connection runs the load all the same$/,
    "发往 $1 的测试请求失败 ($2);用 --no-test-connection 可照常发送负载",
  ],
  [/^no model found at (\S+) \((.*)\): give --model NAME$/, "在 $1 没有找到模型 ($2):请给 --model NAME"],
  [/^(\S+) names no model: give --model NAME$/, "$1 没有列出模型:请给 --model NAME"],
  [
    /^(.*) already holds a run: give another --name, or leave out --no-timestamp$/,
    "$1 已有一次运行:请换 --name,或去掉 --no-timestamp",
  ],
  [/^cannot make (.*?): (.*); choose another --outputs-dir$/, "无法创建 $1:$2;请换 --outputs-dir"],
  [/^engine (\d+) did not start \((.*)\)$/, "引擎 $1 没有启动 ($2)"],
  [/^the calibration ended early: (.*)$/, "校准提前结束:$1"],
  [/^the embedded server did not start: try `plumb mock` by itself$/, "内置服务器没有启动:请单独试 `plumb mock`"],
  [
    /^--parallel (\d+) needs (\d+) open files in an engine process, and the system allows (\d+): (.*)$/,
    "--parallel $1 需要每个引擎进程打开 $2 个文件,而系统只允许 $3 个:$4",
  ],
];

/** Parts of those sentences. */
export const FAILURE_PARTS: Sentence[] = [[new RegExp(`^${WAIT}$`), ",或用 --wait-ready 600 等待它"]];
