import type { ReportData } from "../report-data.ts";
import { configurationSection, formulaSection } from "./about-sections.ts";
import { drawCharts, fitCharts, forgetCharts } from "./chart.ts";
import { distributionCharts } from "./distribution-charts.ts";
import { button, element } from "./element.ts";
import { errorSection } from "./error-section.ts";
import { kindSection } from "./kind-section.ts";
import { lengthCharts } from "./length-charts.ts";
import { loadCharts } from "./load-charts.ts";
import { overview, title } from "./overview.ts";
import { requestSection } from "./request-section.ts";
import { timeCharts } from "./time-charts.ts";
import { timeline } from "./timeline.ts";
import { turnCharts } from "./turn-charts.ts";
import { say, speak, spokenLanguage } from "./words.ts";

type Theme = "auto" | "light" | "dark";

const data: ReportData = JSON.parse(document.getElementById("data")?.textContent ?? "");
const page = document.getElementById("page")!;
const root = document.documentElement;

let theme: Theme = "auto";
/** Paper is white, whatever the screen is. */
let printing = false;
/** Place of the level whose distributions are shown: at first the last, where the load is highest. */
let chosen = Math.max(0, data.summary.levels.length - 1);

/** Makes the whole page anew: its language, colours or level have changed. */
function render(focused: string | null = null): void {
  const scrolled = scrollY;
  forgetCharts();
  root.lang = spokenLanguage() === "zh" ? "zh-CN" : "en";
  const shown = printing ? "light" : theme;
  if (shown === "auto") delete root.dataset.theme;
  else root.dataset.theme = shown;
  root.classList.toggle("printing", printing);
  const sections = [
    overview(data),
    kindSection(data.summary.levels),
    loadCharts(data.summary.levels),
    distributionCharts(data, chosen, (level) => {
      chosen = level;
      render("level");
    }),
    timeCharts(data),
    timeline(data),
    lengthCharts(data),
    turnCharts(data.series.turns),
    errorSection(data),
    requestSection(data),
    configurationSection(data),
    formulaSection(data),
  ].filter((one) => one !== null);
  page.replaceChildren(
    element("header", {}, title(data), switches()),
    navigation(sections),
    element("main", {}, ...sections),
  );
  drawCharts();
  scrollTo(0, scrolled);
  if (focused !== null) document.getElementById(focused)?.focus();
}

function switches(): HTMLElement {
  const language = button(
    say("otherLanguage"),
    () => {
      speak(spokenLanguage() === "en" ? "zh" : "en");
      render("language");
    },
    { id: "language" },
  );
  const names = { auto: say("themeAuto"), light: say("themeLight"), dark: say("themeDark") };
  const options = Object.entries(names).map(([value, name]) => element("option", { value }, name));
  const choice = element("select", { id: "theme" }, ...options);
  choice.value = theme;
  choice.addEventListener("change", () => {
    theme = choice.value as Theme;
    render("theme");
  });
  return element("div", { class: "switches" }, element("label", {}, `${say("theme")} `, choice), language);
}

function navigation(sections: HTMLElement[]): HTMLElement {
  const links = sections.map((section) =>
    element("a", { href: `#${section.id}` }, section.querySelector("h2")?.textContent ?? ""),
  );
  return element("nav", { "aria-label": say("sections") }, ...links);
}

function print(begin: boolean): void {
  printing = begin;
  render();
}

render();
addEventListener("resize", fitCharts);
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => render());
