import type { ApiPlugin, RequestSpec } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { inTime } from "./in-time.ts";
import { sampleInputs, sampleParams } from "./sample-inputs.ts";

type Fields = Record<string, unknown>;

/** A number that stands nowhere else in a sample. */
const OWN_MAX_TOKENS = 2239;

/**
 * Holds `buildRequest` to its contract with one input of each kind, streamed and not, with a chat template and without.
 * @param given parameters that the plugin cannot do without
 * @returns the faults, a line each, and a request that was built; null: none was
 */
export async function requestFaults(
  plugin: ApiPlugin,
  given: Partial<Params>,
): Promise<{ faults: string[]; request: RequestSpec | null }> {
  const faults = new Set<string>();
  let request: RequestSpec | null = null;
  for (const input of sampleInputs()) {
    for (const applyChatTemplate of [true, false]) {
      for (const stream of [true, false]) {
        const trial = new Trial(plugin, input, sampleParams({ applyChatTemplate, stream, ...given }), faults);
        request = (await trial.run()) ?? request;
      }
    }
  }
  if (request === null && faults.size === 0) faults.add("buildRequest takes no kind of input at all");
  return { faults: [...faults], request };
}

class Trial {
  constructor(
    readonly plugin: ApiPlugin,
    readonly input: Input,
    readonly params: Params,
    readonly faults: Set<string>,
  ) {}

  /** null: this kind of input is not taken, which is no fault. */
  async run(): Promise<RequestSpec | null> {
    const spec = await this.#build(this.input, this.params);
    if (spec === null || !this.#isSendable(spec)) return null;
    if (isFields(spec.body)) await this.#holdPromises(spec.body);
    return spec;
  }

  #add(fault: string): void {
    this.faults.add(`buildRequest of ${this.input.kind}: ${fault}`);
  }

  async #build(input: Input, params: Params): Promise<RequestSpec | null> {
    const given = { input: structuredClone(input), params: structuredClone(params) };
    try {
      return await inTime(this.plugin.buildRequest(given.input, given.params));
    } catch (error) {
      const said = error instanceof Error ? error.message : "";
      if (said === "") this.#add("throws something without a message: throw an Error that says what is wrong");
      // What a person throws on purpose is an Error; these are what slips throw.
      else if (error instanceof TypeError || error instanceof ReferenceError) this.#add(`breaks down: ${said}`);
      return null;
    } finally {
      if (!Bun.deepEquals(given.input, input)) this.#add("changes its input");
      if (!Bun.deepEquals(given.params, params)) this.#add("changes params");
    }
  }

  #isSendable(spec: RequestSpec): boolean {
    const fault = specFault(spec);
    if (fault !== null) this.#add(fault);
    return fault === null;
  }

  async #holdPromises(body: Fields): Promise<void> {
    const { input, params } = this;
    if (input.kind !== "raw") {
      if (typeof body.model === "string" && body.model !== params.model) this.#add("model is not params.model");
      if (typeof body.stream === "boolean" && body.stream !== params.stream) this.#add("stream is not params.stream");
    } else if (!Bun.deepEquals(body.written_out, input.body.written_out) || body.model !== input.body.model) {
      this.#add("fields of the raw body are lost or overwritten: options only fill its gaps");
    }
    await this.#holdMaxTokens(body);
    const written = { plumb_extra: { deep: [1] }, model: "model-of-extra-args" };
    const extended = await this.#build(input, { ...params, extraArgs: written });
    if (!isFields(extended?.body)) this.#add("is not built any more with extraArgs");
    else if (!Bun.deepEquals(extended.body, { ...extended.body, ...written })) {
      this.#add("extraArgs are not in the body as they are, over everything else: spread params.extraArgs last");
    }
  }

  /** Only of an API that has a place for it. */
  async #holdMaxTokens(body: Fields): Promise<void> {
    if (this.params.maxTokens === undefined || !holds(body, this.params.maxTokens)) return;
    const own = await this.#build({ ...this.input, maxTokens: OWN_MAX_TOKENS }, this.params);
    if (own === null || !holds(own.body, OWN_MAX_TOKENS) || holds(own.body, this.params.maxTokens)) {
      this.#add("the input's maxTokens does not go before params.maxTokens");
    }
  }
}

function specFault(spec: unknown): string | null {
  if (!isFields(spec)) return `gives ${spec === undefined ? "nothing" : `a ${typeof spec}`}, not { body } or null`;
  const { url, method, headers, body } = spec;
  if (url !== undefined && (typeof url !== "string" || !URL.canParse(url))) return "url is no URL";
  if (method !== undefined && (typeof method !== "string" || !/^[A-Z]+$/.test(method))) return "method is no method";
  if (headers !== undefined && !areHeaders(headers)) return "headers is no object of header names and texts";
  if (body === undefined) return method === "GET" || method === "HEAD" ? null : "body is missing";
  try {
    return JSON.stringify(body) === undefined ? `body is a ${typeof body}, which is no JSON` : null;
  } catch (error) {
    return `body is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function areHeaders(headers: unknown): boolean {
  if (!isFields(headers) || !Object.values(headers).every((value) => typeof value === "string")) return false;
  try {
    return new Headers(headers as Record<string, string>) !== null;
  } catch {
    return false;
  }
}

/** Whether a number stands anywhere in it. */
function holds(value: unknown, wanted: number): boolean {
  if (value === wanted) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => holds(inner, wanted));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
