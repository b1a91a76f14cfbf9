import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readRunCommand } from "../../src/cli/run-arguments.ts";
import { RUN_FLAGS } from "../../src/cli/run-flags.ts";
import { runName } from "../../src/config/run-name.ts";
import { UserError } from "../../src/config/user-error.ts";
import { closedLevel } from "./load-fixture.ts";

const URL_FLAG = ["--url", "http://host:8000"];
const endpointOf = (_api: string, { applyChatTemplate }: { applyChatTemplate: boolean }) =>
  applyChatTemplate ? "chat/completions" : "completions";

const run = (args: string[], env: Record<string, string | undefined> = {}) =>
  readRunCommand([...URL_FLAG, ...args], env, endpointOf);

function mistakesOf(args: string[], env: Record<string, string | undefined> = {}): string[] {
  try {
    readRunCommand(args, env, endpointOf);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split("\n");
  }
  return [];
}

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "run-arguments-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("with nothing but a URL", () => {
  expect(run([])).toEqual({
    config: {
      url: "http://host:8000/v1/chat/completions",
      api: "openai",
      dataset: "openqa",
      data: { parts: [], order: { kind: "given" }, tokenizePrompt: false, cacheBust: "made" },
      params: {
        model: "",
        stream: true,
        url: "http://host:8000/v1/chat/completions",
        maxTokens: 2048,
        temperature: 0,
        applyChatTemplate: true,
        minPromptLength: 0,
        maxPromptLength: 131072,
        extraArgs: {},
        apiArgs: {},
        datasetArgs: {},
        given: ["url"],
      },
      levels: [closedLevel(1, 10)],
      warmup: { num: 0, durationS: null },
      drainS: null,
      around: { pauseS: 0, before: [], profile: false },
      cancel: null,
      conversations: { multiTurn: false, minTurns: null, maxTurns: null, users: null, keepReasoning: false },
      marks: { sessionHeader: null, requestIds: null, traceparent: false },
      headers: {},
      timeouts: { connectS: 30, readS: 120, totalS: 3600 },
      connection: {
        transport: "fetch",
        use: "pooled",
        caFile: null,
        insecure: false,
        proxy: null,
        unix: null,
        maxResponseBytes: 32_000_000,
        credentials: { origins: ["http://host:8000"], headers: [] },
      },
      plan: {
        repeat: 1,
        until: null,
        budget: { seconds: 600, repeats: 20 },
        slo: [],
        gpus: null,
        gpuHourCost: null,
        search: null,
      },
      stopAt: { errors: null, errorRate: null },
      waitReadyS: 0,
      testConnection: true,
      engines: null,
      record: "full",
      outputsDir: "outputs",
      name: "",
      noTimestamp: false,
      maxTokensTo: null,
      seed: 0,
      strict: false,
      calibrate: false,
      dryRun: false,
      json: false,
      debug: false,
    },
    secrets: { headers: {}, urlCredentials: null, proxyCredentials: null },
    warnings: [],
    modelGiven: false,
  });
});

test("a long command of another tool's user", () => {
  const { config, secrets, warnings, modelGiven } = run([
    ...["--parallel", "1", "10", "--number", "10", "20", "--model", "org/m-1", "--api", "openai_response"],
    ...["--api-key", "EMPTY", "--max-tokens", "100", "200", "--min-tokens", "50", "--stop", "x", "y", "--seed", "7"],
    ...["--temperature", "0.7", "--top-p", "0.9", "--top-k", "20", "--frequency-penalty", "-0.5", "--logprobs"],
    ...["--repetition-penalty", "1.1", "--n-choices", "2", "--stop-token-ids", "1", "2", "--no-stream"],
    ...[
      "--extra-args",
      '{"ignore_eos": true}',
      "--headers",
      "X-Trace=1",
      "--warmup-num",
      "0.1",
      "--visualizer",
      "none",
    ],
    ...["--connect-timeout", "5", "--read-timeout", "none", "--no-test-connection", "--no-timestamp", "--debug"],
    ...["--dataset", "custom", "--dataset-path", "d.txt", "--tokenizer-path", "gpt-4o", "--log-every-n-query", "10"],
  ]);
  expect(config.levels).toEqual([closedLevel(1, 10), closedLevel(10, 20)]);
  expect(config.params).toMatchObject({
    model: "org/m-1",
    maxTokens: 100,
    minTokens: 50,
    stop: ["x", "y"],
    seed: 7,
    temperature: 0.7,
    topP: 0.9,
    topK: 20,
    frequencyPenalty: -0.5,
    repetitionPenalty: 1.1,
    logprobs: 1,
    nChoices: 2,
    stopTokenIds: [1, 2],
    stream: false,
    extraArgs: { ignore_eos: true },
    tokenizerPath: "gpt-4o",
  });
  expect(config.params.given).toContain("temperature");
  expect(config.params.given).not.toContain("parallel");
  expect(config).toMatchObject({
    api: "openai_response",
    dataset: "custom",
    name: "m-1",
    maxTokensTo: 200,
    seed: 7,
    warmup: { num: 0.1, durationS: null },
    headers: { "X-Trace": "1" },
    timeouts: { connectS: 5, readS: Number.POSITIVE_INFINITY, totalS: 3600 },
    testConnection: false,
    noTimestamp: true,
    debug: true,
  });
  expect(secrets.headers).toEqual({ authorization: "Bearer EMPTY" });
  expect(modelGiven).toBe(true);
  expect(warnings).toEqual(["--visualizer, --log-every-n-query have no effect in plumb"]);
});

describe("levels", () => {
  const levels = (...args: string[]) => run(args).config.levels.map(({ parallel, number }) => [parallel, number]);
  test("one value serves all, on either side", () => {
    expect(levels("--parallel", "1,4", "-n", "8")).toEqual([
      [1, 8],
      [4, 8],
    ]);
    expect(levels("--parallel", "4", "-n", "8", "16")).toEqual([
      [4, 8],
      [4, 16],
    ]);
  });
  test("given twice, the last list counts", () => {
    expect(levels("--parallel", "1", "2", "--number", "4", "--parallel=8", "-n", "16")).toEqual([[8, 16]]);
  });
  test("a multiple is of the level's own parallel", () => {
    expect(levels("--parallel", "1", "64")).toEqual([
      [1, 10],
      [64, 640],
    ]);
    expect(levels("--parallel", "4", "64", "-n", "100", "2X")).toEqual([
      [4, 100],
      [64, 128],
    ]);
  });
  test("lists of different lengths", () => {
    expect(mistakesOf([...URL_FLAG, "--parallel", "1", "2", "3", "-n", "1", "2"])).toEqual([
      "--parallel has 3 values and --number has 2: give equally many, or one for all",
    ]);
  });
  test("counts that are none", () => {
    for (const text of ["0", "0x", "-1", "x", "1.5x", "10 x"]) {
      expect(mistakesOf([...URL_FLAG, "--number", text])).toHaveLength(1);
    }
  });
});

describe("where to", () => {
  test("the template decides the tail, else the path decides the template", () => {
    const { config } = run(["--no-apply-chat-template"]);
    expect(config.url).toBe("http://host:8000/v1/completions");
    expect(config.params.applyChatTemplate).toBe(false);
    const given = readRunCommand(["--url", "http://h/v1/completions"], {}, endpointOf).config;
    expect(given.params.applyChatTemplate).toBe(false);
    for (const path of ["x/chat/completions?v=1", "v1/responses", "v1/messages", "api/chat"]) {
      expect(run(["--url", `http://h/${path}`]).config.params.applyChatTemplate).toBe(true);
    }
    expect(run(["--url", "http://h/v1/completions", "--apply-chat-template"]).config.params.applyChatTemplate).toBe(
      true,
    );
  });
  test("an API that nobody knows is reported with the rest", () => {
    const unknown = () => {
      throw new UserError('--api: no API is called "x"', 2);
    };
    expect(() => readRunCommand([...URL_FLAG, "--api", "x", "--top-p", "2"], {}, unknown)).toThrow(
      '--top-p: 2 is above the most allowed, 1\n--api: no API is called "x"',
    );
  });
  test("credentials leave the URL, wherever it is kept", () => {
    const { config, secrets } = run(["--url", "https://me:p%40ss@host/v1"]);
    expect(secrets.urlCredentials).toBe("me:p@ss");
    expect(JSON.stringify(config)).not.toContain("p%40ss");
    expect(config.url).toBe("https://host/v1/chat/completions");
  });
  test("a key in the query is warned of, by name only", () => {
    const { warnings } = run(["--url", "https://host/v1?api-version=1&key=hunter2"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("key=");
    expect(warnings[0]).not.toContain("hunter2");
  });
});

describe("the key", () => {
  const authorization = (args: string[], env = {}) => run(args, env).secrets.headers.authorization;
  test("flag, then file, then variables", () => {
    const keyFile = file("key", "from-file\n");
    const env = { PLUMB_API_KEY: "from-plumb", OPENAI_API_KEY: "from-openai" };
    expect(authorization(["--api-key", "flag", "--api-key-file", keyFile], env)).toBe("Bearer flag");
    expect(authorization(["--api-key-file", keyFile], env)).toBe("Bearer from-file");
    expect(authorization([], env)).toBe("Bearer from-plumb");
    expect(authorization([], { ...env, PLUMB_API_KEY: "" })).toBe("Bearer from-openai");
    expect(authorization([])).toBeUndefined();
  });
  test("a file of variables fills what the environment lacks", () => {
    const envFile = file(".env", "# keys\nexport PLUMB_API_KEY=\"from env-file\"\r\nOPENAI_API_KEY='second'\n");
    expect(authorization(["--env-file", envFile], { PLUMB_API_KEY: "set" })).toBe("Bearer set");
    expect(mistakesOf([...URL_FLAG, "--env-file", envFile])[0]).toStartWith("the variable PLUMB_API_KEY: the key");
    const good = file("good.env", 'export PLUMB_API_KEY="a b" # no\nPLUMB_API_KEY=last\n');
    expect(authorization(["--env-file", good], { PLUMB_API_KEY: "" })).toBe("Bearer last");
    expect(mistakesOf([...URL_FLAG, "--env-file", join(folder, "none")])[0]).toEndWith("no such file");
  });
  test("an API may want it in a header of its own", () => {
    const secret = (args: string[], header?: { name: string; prefix?: string }) =>
      readRunCommand([...URL_FLAG, "--api-key", "k", ...args], {}, endpointOf, () => header).secrets.headers;
    expect(secret([], { name: "X-Api-Key" })).toEqual({ "x-api-key": "k" });
    expect(secret([], { name: "authorization", prefix: "Token " })).toEqual({ authorization: "Token k" });
    expect(secret(["--headers", "X-API-Key=written"], { name: "x-api-key" })).toEqual({ "x-api-key": "written" });
    expect(secret([])).toEqual({ authorization: "Bearer k" });
  });
  test("an Authorization header goes before it", () => {
    expect(authorization(["--api-key", "k", "--headers", "Authorization: Basic eA=="])).toBe("Basic eA==");
  });
  test("one that cannot be sent is not shown", () => {
    for (const key of ["hunter2\n", "hunter2\r\nX-Evil: 1", "hunter2ü", "hun ter2", ""]) {
      const lines = mistakesOf([...URL_FLAG, "--api-key", key]);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toStartWith("--api-key: ");
      expect(lines[0]).not.toContain("ter2");
    }
    expect(mistakesOf([...URL_FLAG, "--api-key-file", "hunter2"])[0]).not.toContain("hunter2");
  });
});

describe("what to send", () => {
  test("a prompt is the dataset", () => {
    const { config } = run(["--prompt", "Hello, you"]);
    expect([config.dataset, config.params.prompt]).toEqual(["prompt", "Hello, you"]);
    expect(run(["--prompt", `@${file("prompt", "From\na file\n")}`]).config.params.prompt).toBe("From\na file\n");
    expect(run(["--prompt", "x", "--dataset", "prompt"]).config.dataset).toBe("prompt");
    expect(mistakesOf([...URL_FLAG, "--prompt", "x", "--dataset", "openqa"])).toHaveLength(1);
  });
  test("bounds that contradict each other", () => {
    expect(
      mistakesOf([
        ...[...URL_FLAG, "--max-tokens", "20", "10", "--min-tokens", "30"],
        ...["--min-prompt-length", "5", "--max-prompt-length", "4", "--warmup-num", "1.5"],
      ]),
    ).toHaveLength(4);
    expect(mistakesOf([...URL_FLAG, "--max-tokens", "1", "2", "3"])).toHaveLength(1);
  });
  test("runs do not share what they may change", () => {
    run([]).config.params.extraArgs.left = 1;
    expect(run([]).config.params.extraArgs).toEqual({});
  });
});

test("mistakes of flags and of what they mean together come in one error", () => {
  expect(
    mistakesOf(["--paralel", "4", "--url", "host", "--parallel", "1", "2", "-n", "1", "2", "3", "--seed", "x"]),
  ).toEqual([
    "unknown flag --paralel: did you mean --parallel?",
    '--seed: "x" is not a whole number',
    '--url: "host" is not a URL: write it like http://localhost:8000 or https://host/v1',
    "--parallel has 2 values and --number has 3: give equally many, or one for all",
  ]);
  expect(mistakesOf(["--url"])).toEqual(["--url: needs a value"]);
  expect(mistakesOf([])).toHaveLength(1);
});

test("any arguments at all: a run that can be stored or a UserError", () => {
  const flag = fc.constantFrom(...Object.keys(RUN_FLAGS).map((name) => `--${name}`));
  const argument = fc.oneof(flag, fc.string(), fc.constantFrom("1", "none", "{}", "a=b", "false", "http://h", "-1"));
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 12 }), (args) => {
      try {
        const { config } = run(args);
        expect(JSON.parse(JSON.stringify(config)).url).toStartWith("http");
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});

test("no secret gets into the configuration or a message, wherever the command goes wrong", () => {
  const broken = fc.constantFrom([], ["--top-p", "9"], ["stray"], ["--unknown"], ["--url", "::"], ["--prompt"]);
  const secretful = fc.constantFrom(
    ["--api-key", "hunter2"],
    ["--api_key=hunter2"],
    ["--apiKey", "-hunter2"],
    ["--api-key", "Bearer", "hunter2"],
    ["--headers", "Authorization=Bearer", "hunter2"],
    ["--headers", "X-Api-Key: hunter2", "cookie=hunter2"],
    ["--headers", "Authorization=Bearer hunter2\n"],
    ["--headers", "Authorization:", "Bearer", "hunter2"],
    ["--url", "https://me:hunter2@host/v1"],
    ["--url", "me:hunter2@host:80"],
    ["--url", "https://me:hunter2@host:99999999"],
    ["--url", "https://me:hunter2/@host"],
    ["--wandb-api-key", "hunter2"],
    ["--apikey", "hunter2"],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(broken, secretful)), (parts) => {
      let seen: string;
      try {
        const { config, warnings } = run(parts.flat());
        seen = JSON.stringify([config, warnings]);
      } catch (error) {
        seen = String(error);
      }
      expect(seen).not.toContain("hunter2");
    }),
    { numRuns: 500 },
  );
});

describe("the run's name", () => {
  const named = (name: string, model: string) => runName({ name, params: { model } });
  test("the one given, else the model's last part, fit for a folder", () => {
    expect(named("a/b:c", "m")).toBe("a_b_c");
    expect(named("", "org/model-7b")).toBe("model-7b");
    expect(named("", "/models/qwen/")).toBe("qwen");
    expect(named("", 'x<>:"|?*\\y')).toBe("x________y");
  });
  test("nothing leads out of the folder", () => {
    for (const model of ["..", ".", "/", "", "a/.."]) expect(named("", model)).toBe("run");
    expect(named("a\u0000\nb", "m")).toBe("a__b");
    expect(named("", "a\u001b[31m\u009b\u202eb")).toBe("a_[31m__b");
    fc.assert(fc.property(fc.string(), fc.string(), (name, model) => !/^\.*$|[/\\\0]/.test(named(name, model))));
  });
});
