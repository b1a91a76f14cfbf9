// The counting thread. It is an entry of its own in the compiled binary: see scripts/build.ts.
import { CountingDesk } from "./counting-desk.ts";
import type { CountingAsk } from "./counting-task.ts";

declare const self: Worker;

const desk = new CountingDesk();

self.onmessage = ({ data }: MessageEvent<CountingAsk>) => {
  void desk.answer(data).then((answer) => postMessage(answer));
};
