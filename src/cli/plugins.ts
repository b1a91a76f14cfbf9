import { defineCommand } from "citty";
import { type ActionTable, runAction } from "./actions.ts";

const ACTIONS: ActionTable = {
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
  run: ({ rawArgs }) => runAction("plugins", ACTIONS, rawArgs),
});
