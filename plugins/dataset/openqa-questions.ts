import { englishQuestions } from "./openqa-questions-en.ts";
import { chineseQuestions } from "./openqa-questions-zh.ts";

/** English and Chinese by turns: their tokens a character differ, and so does the work they make. */
export const questions: readonly string[] = englishQuestions.flatMap((english, index) => {
  const chinese = chineseQuestions[index];
  return chinese === undefined ? [english] : [english, chinese];
});
