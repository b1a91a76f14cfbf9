import type { NotedRequest } from "../../../metrics/series-model.ts";
import { figure, whole } from "../../figure-text.ts";
import type { ReportData } from "../report-data.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { type Cell, numeric, table, text } from "./table.ts";
import { say } from "./words.ts";

/** Single requests that are worth a look, with what was said. */
export function requestSection(data: ReportData): HTMLElement | null {
  const { slowest, failed } = data.series;
  return section(
    "requests",
    say("requests"),
    data.keepsText ? null : element("p", { class: "note" }, say("textNotKept")),
    failed.length === 0 ? null : requests(data, `${say("failedRequests")}. ${say("failedNote")}`, failed, true),
    slowest.length === 0 ? null : requests(data, say("slowest"), slowest, false),
  );
}

function requests(data: ReportData, caption: string, noted: NotedRequest[], failed: boolean): HTMLElement {
  const streamed = noted.some(({ ttftMs }) => ttftMs !== null);
  const made = noted.some(({ completionTokens }) => completionTokens !== null);
  const columns = [
    text(say("request")),
    text(say("level")),
    numeric(`${say("sent")}, s`),
    ...(streamed ? [numeric("TTFT, ms")] : []),
    numeric(`${say("latency")}, ms`),
    numeric(say("promptTokens")),
    ...(made ? [numeric(say("completionTokens"))] : []),
    ...(failed ? [numeric(say("status")), text(say("kind"))] : []),
    text(say("content")),
  ];
  return table(
    caption,
    columns,
    noted.map((one) => row(data, one, { failed, streamed, made })),
  );
}

/** Which columns there are besides those that always are. */
interface Columns {
  failed: boolean;
  streamed: boolean;
  made: boolean;
}

function row({ summary: { levels } }: ReportData, one: NotedRequest, { failed, streamed, made }: Columns): Cell[] {
  const level = levels.find(({ level, repeat }) => level === one.level && repeat === one.repeat);
  return [
    element("code", {}, one.requestId),
    level === undefined ? "-" : levelName(level, levels),
    one.sent === null ? "-" : one.sent.toFixed(3),
    ...(streamed ? [figure(one.ttftMs)] : []),
    figure(one.latencyMs),
    one.promptTokens === null ? "-" : whole(one.promptTokens),
    ...(made ? [one.completionTokens === null ? "-" : whole(one.completionTokens)] : []),
    ...(failed ? [one.status === null ? "-" : String(one.status), element("code", {}, one.errorKind ?? "-")] : []),
    content(one),
  ];
}

/** Made when it is opened: most are never looked at. */
function content({ error, request, output, requestId }: NotedRequest): Cell {
  const parts = [
    [say("errors"), error],
    [say("request"), request],
    [say("output"), output],
  ].filter((part): part is [string, string] => part[1] !== null && part[1] !== "");
  if (parts.length === 0) return "-";
  const details = element(
    "details",
    { class: "content" },
    element("summary", { "aria-label": `${say("shown")} ${requestId}` }, say("shown")),
  );
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    for (const [name, said] of parts) details.append(element("h4", {}, name), element("pre", {}, said));
  });
  return details;
}
