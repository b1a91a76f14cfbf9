/** Prompts out of a CSV file, such as question,language,max_tokens. */
import { createMessage, defineDataset } from "plumb";

export default defineDataset({
  name: "csv_column",

  // For --dataset-args '{"column": "prompt"}'. Checked before anything is sent: types, choices, unknown names.
  options: {
    column: { type: "string", default: "question", help: "Column with the prompt" },
    language: { type: "string", choices: ["en", "zh"], help: 'Only rows with this in the column "language"' },
    system: { type: "string", help: "Text of a system message before every prompt" },
  },

  async *buildMessages({ datasetPath, datasetArgs }, source) {
    if (datasetPath === undefined) throw new Error("csv_column needs --dataset-path FILE");
    const { column, language, system } = datasetArgs;
    const before = typeof system === "string" ? [createMessage(system, [], "system")] : [];
    for await (const row of source.csv(datasetPath)) {
      if (language !== undefined && row.language !== language) continue;
      const prompt = row[String(column)];
      if (prompt === undefined) throw new Error(`${datasetPath} has no column "${column}"`);
      const messages = [...before, createMessage(prompt)];
      // An input may bring a limit of its own, which goes before --max-tokens.
      yield row.max_tokens ? { kind: "messages", messages, maxTokens: Number(row.max_tokens) } : messages;
    }
  },
});
