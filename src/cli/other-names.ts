/** What other load testers call a flag of ours, by its name here. For hints alone: none of these is read. */
const ALSO_CALLED = {
  parallel: ["concurrency", "maxConcurrency", "requestConcurrency", "c", "p"],
  number: ["numPrompts", "numRequests", "requestCount", "requests"],
  rate: ["requestRate", "qps", "rps"],
  url: ["baseUrl", "target"],
  api: ["backend", "endpointType"],
  outputsDir: ["output", "outputDir", "resultDir"],
  tokenizerPath: ["tokenizer"],
  inputLen: ["randomInputLen"],
  outputLen: ["randomOutputLen"],
  slo: ["goodput"],
  totalTimeout: ["timeout"],
  extraArgs: ["extraBody", "extraInputs"],
};

/** Names in camelCase. */
export const OTHER_NAMES = new Map(
  Object.entries(ALSO_CALLED).flatMap(([ours, theirs]) => theirs.map((name): [string, string] => [name, ours])),
);
