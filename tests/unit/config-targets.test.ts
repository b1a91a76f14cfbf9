import { describe, expect, test } from "bun:test";
import { readRunCommand } from "../../src/cli/run-arguments.ts";

const read = (...args: string[]) => readRunCommand(args, {}, () => "chat/completions");
const targetsOf = (...args: string[]) => read("--url", "http://h", ...args).config.targets;
const refused = (...args: string[]) => {
  try {
    read(...args);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was taken");
};

describe("models", () => {
  test("one: no choice, whatever stands behind its colon", () => {
    const { config } = read("--url", "http://h", "--model", "qwen3:8");
    expect(config.params.model).toBe("qwen3:8");
    expect(config.targets).toBeUndefined();
    expect(config.name).toBe("qwen3_8");
  });

  test("several: in turn, parted by commas; a word behind them is a stray one", () => {
    const models = ["a", "b:8b", "c"].map((name) => ({ name, weight: 1 }));
    const targets = { models, modelMix: "round-robin", urls: ["http://h/v1/chat/completions"], urlMix: "round-robin" };
    expect(targetsOf("--model", "a,b:8b,c")).toEqual(targets as never);
    expect(() => targetsOf("--model", "a", "b:8b")).toThrow('unexpected argument "b:8b" behind --model');
    expect(targetsOf("--model", "a,b", "--model-mix", "random")?.modelMix).toBe("random");
    expect(read("--url", "h:1", "--model", "a,b").config.params.model).toBe("a");
  });

  test("weights: drawn", () => {
    const targets = targetsOf("--model", "org/a:0.7,b:8b:.3");
    expect(targets).toMatchObject({
      models: [
        { name: "org/a", weight: 0.7 },
        { name: "b:8b", weight: 0.3 },
      ],
      modelMix: "random",
    });
    expect(targetsOf("--model", "a:1,b:1")?.modelMix).toBe("random");
  });

  test("what contradicts itself is refused", () => {
    const of = (...args: string[]) => refused("--url", "http://h", ...args);
    expect(of("--model", "a:1,b")).toContain("--model: b has no weight");
    expect(of("--model", "a:1,b:0")).toContain("--model: b has the weight 0");
    expect(of("--model", "a,b,a")).toContain("--model: a stands there twice");
    expect(of("--model", "a:1,b:2", "--model-mix", "round-robin")).toContain("weights are drawn");
  });
});

describe("URLs", () => {
  test("several: the same rules for the path of each", () => {
    const { config } = read("--url", "http://a", "b:80/v2", "http://c/x/chat/completions", "--model", "m");
    const urls = ["http://a/v1/chat/completions", "http://b/v2/chat/completions", "http://c/x/chat/completions"];
    expect(config.url).toBe(urls[0]!);
    expect(config.targets).toEqual({
      models: [{ name: "m", weight: 1 }],
      modelMix: "round-robin",
      urls,
      urlMix: "round-robin",
    });
    expect(read("--url", "http://a", "http://b", "--url-mix", "least-busy").config.targets?.urlMix).toBe("least-busy");
  });

  test("the last --url and --model stand, as with every flag of one value", () => {
    const args = ["--url", "http://a", "http://b", "--model", "m,n", "--url", "http://c", "--model", "o"];
    expect(read(...args).config).toMatchObject({ url: "http://c/v1/chat/completions", params: { model: "o" } });
    expect(read(...args).config.targets).toBeUndefined();
  });

  test("credentials are of all or of none, and in no URL that is kept", () => {
    const { config, secrets } = read("--url", "http://u:p@a", "http://u:p@b");
    expect(secrets.urlCredentials).toBe("u:p");
    expect(JSON.stringify(config)).not.toContain("u:p");
    const told = refused("--url", "http://u:hidden@a", "http://b");
    expect(told).toContain("--url: all URLs get the same user and password");
    expect(told).not.toContain("hidden");
  });

  test("what cannot be used is refused by its name", () => {
    expect(refused("--url", "http://a", "nonsense")).toContain('"nonsense" is not a URL');
    expect(refused("--url", "http://a", "http://a/v1")).toContain("stands there twice");
    const mixed = ["--url", "http://a", "http://b/v1/completions"];
    expect(refused(...mixed)).toContain("say --apply-chat-template");
    expect(read(...mixed, "--no-apply-chat-template").config.params.applyChatTemplate).toBe(false);
  });

  test("a printed configuration has all of them, without their passwords", () => {
    const { printed } = read("--url", "http://u:p@a", "http://u:p@b", "--print-config");
    expect(printed).toContain("url:\n  - http://a/\n  - http://b/\n");
  });
});
