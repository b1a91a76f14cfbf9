import { defineDataset } from "plumb";
import { asInput } from "./as-input.ts";

/** The one text of `--prompt`. */
export default defineDataset({
  name: "prompt",
  *buildMessages(params) {
    if (params.prompt === undefined) throw new Error("prompt needs --prompt TEXT");
    yield asInput(params.prompt, params);
  },
});
