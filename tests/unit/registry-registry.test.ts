import { describe, expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { apis } from "../../src/registry/built-in-apis.ts";
import { datasets } from "../../src/registry/built-in-datasets.ts";
import { Registry } from "../../src/registry/registry.ts";

const plugin = (name: string, aliases?: string[]): ApiPlugin => ({ name, aliases, buildRequest: () => null });

function registryOf(...plugins: ApiPlugin[]): Registry<ApiPlugin> {
  const registry = new Registry<ApiPlugin>("API", "--api");
  for (const one of plugins) registry.add(one, null);
  return registry;
}

function mistakeOf(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("it made no mistake");
}

describe("a name", () => {
  test("or an alias finds its plugin", () => {
    const [one, two] = [plugin("one", ["uno", "eins"]), plugin("two")];
    const registry = registryOf(one, two);
    for (const name of ["one", "uno", "eins"]) expect(registry.get(name)).toBe(one);
    expect(registry.get("two")).toBe(two);
  });

  test("that nobody has is answered with the nearest, not with the first that is near", () => {
    const registry = registryOf(plugin("openqa"), plugin("openai"), plugin("ollama"));
    expect(mistakeOf(() => registry.get("opnai")).message).toBe("--api opnai: no such API; did you mean openai?");
    expect(mistakeOf(() => registry.get("openq")).message).toContain("did you mean openqa?");
    expect(mistakeOf(() => registry.get("Open-AI")).message).toContain("did you mean openai?");
    const sharers = registryOf(plugin("rerank"), plugin("share_gpt_en"));
    expect(mistakeOf(() => sharers.get("sharegpt")).message).toContain("did you mean share_gpt_en?");
  });

  test("that is like none of them is answered with all of them", () => {
    const registry = registryOf(plugin("one", ["uno"]), plugin("two"));
    const mistake = mistakeOf(() => registry.get("something-else"));
    expect(mistake.message).toBe("--api something-else: no such API; there are one, uno, two");
    expect(mistake.exitCode).toBe(2);
  });

  test("that an object has by nature is none", () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(() => registryOf(plugin("one")).get(name)).toThrow(UserError);
    }
  });
});

describe("a name that is taken", () => {
  test("is a mistake that names both origins", () => {
    const registry = registryOf(plugin("one", ["uno"]));
    for (const newcomer of [plugin("one"), plugin("uno"), plugin("new", ["uno"])]) {
      const { message, exitCode } = mistakeOf(() => registry.add(newcomer, "/plugins/mine.ts"));
      expect(message).toContain("/plugins/mine.ts");
      expect(message).toContain("plumb's own");
      expect(exitCode).toBe(2);
    }
  });

  test("leaves nothing of the newcomer behind", () => {
    const registry = registryOf(plugin("one"));
    expect(() => registry.add(plugin("new", ["one"]), "/a.ts")).toThrow(UserError);
    expect(() => registry.get("new")).toThrow(UserError);
  });
});

test("what comes with plumb is there under its names, each once", async () => {
  expect(apis().get("openai").name).toBe("openai");
  const registry = await datasets();
  for (const name of ["openqa", "line_by_line", "random", "prompt"]) expect(registry.get(name).name).toBe(name);
});
