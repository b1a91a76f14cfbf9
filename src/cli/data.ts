import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { nearest } from "../registry/nearest.ts";
import { divertConsole } from "../registry/plugin-voice.ts";

/** An action reads its own arguments and returns the exit code. */
type Action = (rawArgs: string[]) => Promise<number>;

const ACTIONS: Record<string, () => Promise<Action>> = {
  list: () => import("./data-list.ts").then((module) => module.listData),
  show: () => import("./data-show.ts").then((module) => module.showData),
  stats: () => import("./data-stats.ts").then((module) => module.dataStats),
};

export default defineCommand({
  meta: { name: "data", description: "Datasets: list them, look at what they send, count their lengths" },
  args: {
    list: { type: "positional", required: false, description: "list [--json]: what there is, what each needs" },
    show: {
      type: "positional",
      required: false,
      description: "show NAME [-n 3] [--json]: its first inputs as request bodies",
    },
    stats: {
      type: "positional",
      required: false,
      description: "stats NAME [-n 10000] [--json]: counts and lengths of one pass, or of its first N inputs",
    },
    "dataset-path": { type: "string", description: "As in run; so are all its other flags", valueHint: "PATH" },
  },
  async run({ rawArgs }) {
    divertConsole();
    const [name, ...rest] = rawArgs;
    const load = ACTIONS[name ?? ""];
    if (load !== undefined) return (await load())(rest);
    const names = Object.keys(ACTIONS);
    const near = name === undefined ? undefined : nearest(name, names);
    const hint = near === undefined ? `say ${names.join(", ")}` : `did you mean ${near}?`;
    throw new UserError(`data: ${name === undefined ? "what about it" : `unknown action ${name}`}: ${hint}`, 2);
  },
});
