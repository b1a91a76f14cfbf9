import { asText, single, toggle } from "./flag-kinds.ts";

/** Flags that read a run's options from a file, and write them into one. */
export const CONFIG_FLAGS = {
  config: single(asText, { help: "YAML file of options; those on the command line go before it", hint: "FILE" }),
  printConfig: toggle({
    help: "Print the options as a file for --config, secrets left out, and send nothing",
    default: false,
  }),
};
