import { afterEach, describe, expect, test } from "bun:test";
import { Mistakes } from "../../src/config/mistakes.ts";
import { resolveRun } from "../../src/config/resolve-run.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { packArrivals, unpackFinished } from "../../src/engine/packing.ts";
import type { FromEngine, ToEngine } from "../../src/engine/protocol.ts";
import { LocalEngine } from "../../src/run/local-engine.ts";
import { readConfig } from "../../src/script/read-config.ts";
import { STAGE as SHARE } from "./load-fixture.ts";
import { replyOf } from "./raw-server.ts";
import { KeepingServer } from "./socket-fixture.ts";

const open: { end(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.end();
});

const API: ApiPlugin = {
  name: "mine",
  buildRequest: (input, params) => ({
    body: { model: params.model, said: input.kind === "prompt" ? input.prompt : "" },
  }),
};

const REPLY = { choices: [{ index: 0, message: { content: "yes" }, finish_reason: "stop" }] };

/** A service that answers each request by the function. */
function serve(answer: (request: Request) => Response | Promise<Response>): string {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: answer });
  open.push({ end: () => server.stop(true) });
  return server.url.href;
}

function startMessage(url: string): Extract<ToEngine, { type: "start" }> {
  const { options, given } = readConfig({ url, model: "m" }, new Mistakes());
  const { config, secrets } = resolveRun({ options, given, env: {}, endpointOf: () => "" }, new Mistakes());
  return { type: "start", engine: 0, runId: "run", config, secrets };
}

function engineFor(api: ApiPlugin): { engine: LocalEngine; heard: FromEngine[]; until: typeof eventually } {
  const engine = new LocalEngine(api);
  const heard: FromEngine[] = [];
  engine.onMessage = (message) => {
    heard.push(message);
    if (message.type === "prepared") engine.send({ type: "go", index: message.index, atMs: Date.now() });
  };
  open.push(engine);
  return { engine, heard, until: eventually };
}

async function eventually(holds: () => boolean): Promise<void> {
  for (const until = performance.now() + 10_000; !holds(); await Bun.sleep(5)) {
    if (performance.now() > until) throw new Error("waited in vain");
  }
}

const STAGE = {
  type: "stage",
  stage: { ...SHARE, slots: 2, parallel: 2, quota: 3 },
} as const;

function arrivals(...prompts: string[]): Extract<ToEngine, { type: "arrivals" }> {
  const inputs = prompts.map((prompt, id) => ({ id, input: { kind: "prompt" as const, prompt } }));
  return { type: "arrivals", packed: packArrivals(inputs) };
}

describe("an engine in this process", () => {
  test("takes a stage's orders as a process does", async () => {
    const { engine, heard, until } = engineFor(API);
    await engine.handshake();
    engine.send(startMessage(serve(() => Response.json(REPLY))));
    await engine.findClockOffset();
    engine.send(STAGE);
    engine.send(arrivals("a", "b", "c"));
    // Nothing happens within the call.
    expect(heard).toEqual([]);
    await until(() => heard.some(({ type }) => type === "stage-done"));
    const finished = heard.flatMap((message) => (message.type === "finished" ? unpackFinished(message.packed) : []));
    expect(finished.map(({ recorded }) => recorded.outcome.ending.ok)).toEqual([true, true, true]);
    const bodies = finished.map(({ recorded }) => JSON.parse(recorded.payload.request ?? "") as unknown);
    expect(bodies).toEqual(expect.arrayContaining(["a", "b", "c"].map((said) => ({ model: "m", said }))));
    expect(finished.every(({ recorded }) => Math.abs(recorded.outcome.sentTime! - Date.now() / 1000) < 60)).toBe(true);
  });

  test("its end closes the connections that it kept", async () => {
    using server = new KeepingServer((socket) => socket.write(replyOf(200, {}, JSON.stringify(REPLY))));
    const { engine, heard, until } = engineFor(API);
    const start = startMessage(server.url);
    engine.send({
      ...start,
      config: { ...start.config, connection: { ...start.config.connection, transport: "socket" } },
    });
    engine.send(STAGE);
    engine.send(arrivals("a", "b", "c"));
    await until(() => heard.some(({ type }) => type === "stage-done"));
    expect(server.opened).toBe(2);
    expect(server.closed).toBe(0);
    await engine.end();
    await until(() => server.closed === 2);
  });

  test("what a plugin does to its input and parameters is not seen outside", async () => {
    const changing: ApiPlugin = {
      name: "changing",
      buildRequest(input, params) {
        params.model = "changed";
        if (input.kind === "prompt") input.prompt = "changed";
        return { body: {} };
      },
    };
    const { engine, heard, until } = engineFor(changing);
    const start = startMessage(serve(() => Response.json(REPLY)));
    const given = arrivals("a", "b", "c");
    for (const message of [start, STAGE, given]) engine.send(message);
    await until(() => heard.some(({ type }) => type === "stage-done"));
    expect(start.config.params.model).toBe("m");
    expect(given).toEqual(arrivals("a", "b", "c"));
  });

  test("its end gives up what is on the wire, a test request too, and says nothing more", async () => {
    const gone: string[] = [];
    let coming = 0;
    const url = serve(async (request) => {
      const { said } = (await request.json()) as { said: string };
      coming++;
      request.signal.addEventListener("abort", () => gone.push(said));
      await Bun.sleep(20_000);
      return Response.json(REPLY);
    });
    const { engine, heard, until } = engineFor(API);
    engine.send(startMessage(url));
    engine.send({ type: "probe", token: 1, ask: { kind: "generate" } });
    engine.send(STAGE);
    engine.send(arrivals("a", "b", "c"));
    await until(() => coming === 3);
    await engine.end();
    const before = heard.length;
    await until(() => gone.length === 3);
    expect(gone.toSorted()).toEqual(["Hi", "a", "b"]);
    engine.send(STAGE);
    await Bun.sleep(300);
    expect(heard).toHaveLength(before);
    expect(coming).toBe(3);
  });
});
