import type { RunConfig, Secrets } from "../config/run-config.ts";
import { readTimes } from "../config/schedule-file.ts";
import type { Input } from "../contract/input.ts";
import { charactersIn, textsOf } from "../dataset/input-texts.ts";
import { aimOf } from "../engine/aim.ts";
import { Preparer } from "../engine/prepared.ts";
import { NO_MARKS } from "../engine/request-marks.ts";
import { type Outline, outlineOf } from "../load/outline.ts";
import { requestsOf, type Stage, stageSeed, stagesOf } from "../load/stages.ts";
import { distributionOf } from "../metrics/distribution.ts";
import { apiOf } from "../registry/registries.ts";
import { counted, figure, milliseconds, whole } from "../report/figure-text.ts";
import { printable } from "../report/printable.ts";
import { type InputStream, inputsOf } from "../run/inputs.ts";
import { measurePrompts } from "../run/prompt-measure.ts";
import { tokenCounting } from "../run/token-counting.ts";
import { withTraceRead } from "../run/traced-levels.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { chooseTokenizer } from "../tokens/tokenizer-choice.ts";
import { printResult } from "./print-result.ts";

/** Inputs that are measured, and requests that are shown. */
const MEASURED = 1000;
const SHOWN = 3;
/** A person sees so many characters of a body. */
const LONGEST_SHOWN = 600;

/** `plumb run --dry-run`: says what would be sent, and sends nothing. @throws UserError where nothing could be sent */
export async function dryRun(asked: RunConfig, secrets: Secrets): Promise<number> {
  const config = uncountedByService(await withTraceRead(asked));
  const counting = tokenCounting(config, secrets);
  try {
    const stages = stagesOf(config.levels, config.warmup);
    const measure = () => measurePrompts({ config, counting, probe: null, notice: () => {} });
    const inputs = await firstInputs(await inputsOf({ config, counting, measure, runId: "dry-run" }), stages);
    const names = config.targets?.models.map(({ name }) => name).join(", ") || config.params.model;
    const model = names === "" ? "(the service's first)" : names;
    const lines = [
      `model ${printable(model)}, api ${config.api}, dataset ${config.dataset}, seed ${config.seed}`,
      ...stages.flatMap((stage) => stageLines(stage, config.seed)),
      ...(await lengthLines(inputs, counting.counter)),
      ...(await requestLines(config, inputs.slice(0, SHOWN))),
      "nothing was sent",
    ];
    await printResult([`${lines.join("\n")}\n`]);
    return 0;
  } finally {
    counting.counter.close();
  }
}

/** A tokenizer that is the service's own would have to be asked: the embedded one counts instead. */
function uncountedByService(config: RunConfig): RunConfig {
  const { tokenizerPath, ...params } = config.params;
  if (tokenizerPath === undefined || chooseTokenizer(tokenizerPath).kind !== "server") return config;
  return { ...config, params };
}

async function firstInputs(stream: InputStream, stages: Stage[]): Promise<Input[]> {
  const due = stages.reduce((sum, stage) => sum + (requestsOf(stage) ?? MEASURED), 0);
  const wanted = Math.min(due, MEASURED);
  const inputs: Input[] = [];
  while (inputs.length < wanted) inputs.push(...(await stream.take(wanted - inputs.length)));
  await stream.close();
  return inputs;
}

function stageLines(stage: Stage, seed: number): string[] {
  const { phase, level, parallel, number, durationS, shape } = stage;
  const ends = [
    ...(number === null ? [] : [counted(number, "request")]),
    ...(durationS === null ? [] : [`${figure(durationS)} s`]),
  ];
  const slots = parallel === null ? "no bound on requests at once" : `${whole(parallel)} at once`;
  const title = `level ${level + 1}${phase === "warmup" ? ", warm-up" : ""}: ${slots}, ${ends.join(" or ")}`;
  if (shape.kind === "closed") {
    return [shape.rampS === 0 ? title : `${title}, slots open evenly over ${figure(shape.rampS)} s`];
  }
  if (shape.kind === "users") {
    return [`${title}, users who each say something every ${figure((parallel ?? 1) / shape.rate)} s`];
  }
  if (shape.kind === "traced") {
    const busiest = `${whole(shape.mostASecond)} in the busiest second`;
    return [`${title}, each at the time that the trace has for it, within ${figure(shape.lastS)} s; ${busiest}`];
  }
  const how = shape.kind === "listed" ? `times of ${printable(shape.file)}` : `${shape.pattern.kind} arrivals`;
  const outline = outlineOf(stage, shape, stageSeed(seed, stage), readTimes);
  return [`${title}, ${how}`, ...outlineLines(outline)];
}

function outlineLines(outline: Outline | null): string[] {
  if (outline === null) return ["  nothing is due within that time"];
  const { count, complete, firstS, lastS, gaps, mostASecond } = outline;
  const due = `${complete ? "" : "more than "}${counted(count, "request")} due, from ${figure(firstS)} s to ${figure(lastS)} s`;
  const rate = lastS > firstS ? [`${figure((count - 1) / (lastS - firstS))} a second on average`] : [];
  const spread =
    gaps === null
      ? []
      : [
          `gaps from ${milliseconds(1000 * gaps.least)} to ${milliseconds(1000 * gaps.most)}, ` +
            `half below ${milliseconds(1000 * gaps.median)}`,
        ];
  return [`  ${due}`, `  ${[...rate, `${whole(mostASecond)} in the busiest second`, ...spread].join("; ")}`];
}

async function lengthLines(inputs: Input[], counter: TokenCounter): Promise<string[]> {
  const characters: number[] = [];
  const tokens: number[] = [];
  for (const input of inputs) {
    const { texts } = textsOf(input);
    const counts = input.kind === "tokens" ? [input.ids.length] : await counter.count(texts);
    tokens.push(counts.reduce((sum, count) => sum + count, 0));
    characters.push(charactersIn(texts));
  }
  const line = (name: string, values: number[]): string[] => {
    const found = distributionOf(Float64Array.from(values));
    if (found === null) return [];
    return [
      `  ${name}: mean ${figure(found.mean)}, from ${whole(found.min)} to ${whole(found.max)}, p50 ${whole(found.p50)}`,
    ];
  };
  return [`the first ${counted(inputs.length, "input")}`, ...line("tokens", tokens), ...line("characters", characters)];
}

/** As they would go out, without what is secret. */
async function requestLines(config: RunConfig, inputs: Input[]): Promise<string[]> {
  const preparer = new Preparer(
    await apiOf(config),
    config.params,
    config.url,
    config.headers,
    NO_MARKS,
    false,
    (arrival) => aimOf(config, arrival),
  );
  const lines: string[] = [];
  for (const [id, input] of inputs.entries()) {
    const made = await preparer.prepare(id, input);
    if (made.kind === "ready") {
      const { method, url, body } = made.prepared.wire;
      const text = printable(body ?? "");
      const more = text.length - LONGEST_SHOWN;
      const shown = more <= 0 ? text : `${text.slice(0, LONGEST_SHOWN)}… (${whole(more)} more characters)`;
      lines.push(`${id + 1}: ${method} ${printable(url)}`, `  ${shown}`);
    } else {
      const why =
        made.kind === "skipped" ? `--api ${config.api} skips it` : `cannot be built: ${printable(made.message)}`;
      lines.push(`${id + 1}: ${why}`);
    }
  }
  return lines;
}
