import { readEnvFile } from "../config/env-file.ts";

/** As the contract says. What was set for this one command goes before what lies on disk. */
export function loadEnv(file: string): Record<string, string> {
  const variables = readEnvFile(file);
  for (const [name, value] of Object.entries(variables)) process.env[name] ||= value;
  return variables;
}
