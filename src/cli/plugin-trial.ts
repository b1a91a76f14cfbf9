import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { Feeder } from "../dataset/feeder.ts";
import { FileSource } from "../dataset/source.ts";
import { startMock } from "../mock/mock-server.ts";
import { openRun } from "../record/reader.ts";
import type { Registries } from "../registry/registries.ts";
import { sampleInputs } from "../registry/sample-inputs.ts";
import { endpointIn, keyHeaderIn, selectPlugins } from "../registry/select.ts";
import { SILENT } from "../run/observer.ts";
import { type RunRequest, run } from "../run/run.ts";
import { readRunCommand } from "./run-arguments.ts";

/** What one request to the embedded mock showed. */
export interface Trial {
  ok: boolean;
  lines: string[];
}

/** A body or reply is shown up to so many characters. */
const LONGEST_SHOWN = 300;

/** Built-in APIs of the inputs that openai does not send. */
export const SENDERS: Partial<Record<Input["kind"], string>> = { texts: "openai_embedding", rerank: "openai_rerank" };

/** One request of an API, with the first sample input that it makes one of. */
export function tryApi(api: ApiPlugin, registries: Registries, apiArgs: Params["apiArgs"]): Promise<Trial> {
  return trial(async (url) => {
    const request = await requestTo(url, registries, ["--api", api.name, "--api-args", JSON.stringify(apiArgs)]);
    const input = await firstTaken(api, request.config.params);
    if (input === null) throw new UserError("buildRequest makes a request of no kind of input", 1);
    return { request, input };
  });
}

/** One request with a dataset's first input, over the built-in API that sends inputs of its kind. */
export function tryDataset(
  dataset: DatasetPlugin,
  registries: Registries,
  { datasetPath, datasetArgs = {} }: Partial<Params>,
): Promise<Trial> {
  return trial(async (url) => {
    const path = datasetPath === undefined ? [] : ["--dataset-path", datasetPath];
    const flags = ["--dataset", dataset.name, ...path, "--dataset-args", JSON.stringify(datasetArgs)];
    const { config } = await requestTo(url, registries, flags);
    const feeder = new Feeder(dataset, config.params, new FileSource(), { maxTokensTo: null, seed: 0 });
    const input = await feeder.next();
    await feeder.close();
    return { request: await requestTo(url, registries, [...flags, "--api", SENDERS[input.kind] ?? "openai"]), input };
  });
}

async function requestTo(url: string, registries: Registries, flags: string[]): Promise<RunRequest> {
  const args = ["--url", url, "--model", "mock", "--number", "1", "--max-tokens", "16", "--total-timeout", "10"];
  const quiet = ["--no-test-connection", "--engines", "1", "--no-timestamp", "--name", "check"];
  const read = readRunCommand([...args, ...quiet, ...flags], {}, endpointIn(registries), keyHeaderIn(registries));
  return { ...read, config: await selectPlugins(read.config, registries) };
}

async function firstTaken(api: ApiPlugin, params: Params): Promise<Input | null> {
  for (const input of sampleInputs()) {
    try {
      if ((await api.buildRequest(input, params)) !== null) return input;
    } catch {
      // It says so of kinds that it does not send; that it sends one is what counts.
    }
  }
  return null;
}

/** Starts the mock, sends what `prepare` makes through an engine process, and tells what the record holds. */
async function trial(prepare: (url: string) => Promise<{ request: RunRequest; input: Input }>): Promise<Trial> {
  const mock = startMock({ port: 0, ttftMs: 5, itlMs: 1, tokens: 16 });
  const folder = mkdtempSync(join(tmpdir(), "plumb-check-"));
  try {
    const { request, input } = await prepare(mock.url);
    const dataset: DatasetPlugin = { name: "check", buildMessages: () => [input] };
    const config = { ...request.config, outputsDir: folder };
    const never = new AbortController().signal;
    const result = await run({ ...request, config, own: { dataset } }, SILENT, { stop: never, abort: never });
    const seen = tell(result.folder.database, config.url);
    return result.reason === null ? seen : { ok: false, lines: [...seen.lines, `failed: ${result.reason}`] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ok: false, lines: [`failed: ${error.message}`] };
  } finally {
    mock.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const SQL = `SELECT request, output_text, chunks, prompt_tokens, completion_tokens, token_source, latency, success,
  error_kind, error FROM result LIMIT 1`;

function tell(database: string, url: string): Trial {
  using reader = openRun(database);
  const { columns, rows } = reader.query(SQL);
  const [row] = [...rows];
  if (row === undefined) return { ok: false, lines: ["failed: nothing was sent"] };
  const seen = Object.fromEntries(columns.map((column, index) => [column, row[index]]));
  const text = seen.output_text === null ? "no text" : JSON.stringify(shortened(seen.output_text));
  const ok = seen.success === 1;
  return {
    ok,
    lines: [
      `sent: ${shortened(seen.request)} (to the mock's ${new URL(url).pathname})`,
      `read: ${seen.chunks} pieces of output: ${text}`,
      `tokens: ${seen.prompt_tokens ?? "no"} of the prompt, ${seen.completion_tokens ?? "no"} of the reply (${seen.token_source ?? "not counted"})`,
      ok ? `success after ${Math.round(Number(seen.latency) * 1000)} ms` : `failed: ${seen.error_kind}: ${seen.error}`,
    ],
  };
}

function shortened(value: unknown): string {
  const text = String(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}
