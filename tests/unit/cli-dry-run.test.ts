import { expect, test } from "bun:test";
import { join } from "node:path";
import { folderWith, reference } from "./tokens-fixture.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");
/** Puts four tokens round a message. */
const TEMPLATE =
  "{% for message in messages %}<|endoftext|><|endoftext|>{{ message.content }}<|endoftext|><|endoftext|>{% endfor %}";

/** What a dry run says of the tokens in its texts. */
async function tokensLine(...flags: string[]): Promise<string | undefined> {
  const args = ["run", "--url", "http://127.0.0.1:1", "--model", "m", "--dataset", "random", "--input-len", "50"];
  const child = Bun.spawn([process.execPath, MAIN, ...args, "--number", "3", "--dry-run", ...flags], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return out.split("\n").find((line) => line.startsWith("  tokens: ")) ?? err;
}

test("--dry-run makes prompts as long as a run does: what a named tokenizer's template adds is left room for", async () => {
  expect(await tokensLine()).toContain("from 50 to 50,");
  const { tokenizer } = await reference("byte_level_gpt2");
  using model = folderWith({ "tokenizer.json": tokenizer, "chat_template.jinja": TEMPLATE });
  expect(await tokensLine("--tokenizer-path", model.path)).toContain("from 46 to 46,");
}, 60_000);
