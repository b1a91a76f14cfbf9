import { defineCommand } from "citty";
import { type ActionTable, runAction } from "./actions.ts";

const ACTIONS: ActionTable = {
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
  run: ({ rawArgs }) => runAction("data", ACTIONS, rawArgs),
});
