import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { nearest } from "../registry/nearest.ts";
import { divertConsole } from "../registry/plugin-voice.ts";

/** An action reads its own arguments and returns the exit code. */
type Action = (rawArgs: string[]) => Promise<number>;

const ACTIONS: Record<string, () => Promise<Action>> = {
  list: () => import("./plugins-list.ts").then((module) => module.listPlugins),
  show: () => import("./plugins-show.ts").then((module) => module.showPlugin),
  new: () => import("./plugins-new.ts").then((module) => module.newPlugin),
  check: () => import("./plugins-check.ts").then((module) => module.checkPlugins),
};

export default defineCommand({
  meta: { name: "plugins", description: "APIs and datasets: list, show, begin and check them" },
  args: {
    list: { type: "positional", required: false, description: "list [--json]: name, kind and origin of each" },
    show: { type: "positional", required: false, description: "show NAME: its options with types and defaults" },
    new: {
      type: "positional",
      required: false,
      description: "new api|dataset|script NAME [--dir FOLDER]: write a working file, and types for the editor",
    },
    check: {
      type: "positional",
      required: false,
      description:
        "check FILE [--dataset-path PATH] [--api-args JSON] [--dataset-args JSON]: try it on the mock service",
    },
    plugins: { type: "string", description: "Files of plugins, or folders of them", valueHint: "FILE|FOLDER..." },
  },
  async run({ rawArgs }) {
    divertConsole();
    const [name, ...rest] = rawArgs;
    const load = ACTIONS[name ?? ""];
    if (load !== undefined) return (await load())(rest);
    const names = Object.keys(ACTIONS);
    const near = name === undefined ? undefined : nearest(name, names);
    const hint = near === undefined ? `say ${names.join(", ")}` : `did you mean ${near}?`;
    throw new UserError(`plugins: ${name === undefined ? "what about them" : `unknown action ${name}`}: ${hint}`, 2);
  },
});
