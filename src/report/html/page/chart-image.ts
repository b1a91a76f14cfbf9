import type { ChartSpec } from "./chart-spec.ts";
import { element } from "./element.ts";
import { FONT } from "./font.ts";
import { resolve } from "./palette.ts";
import { capital } from "./words.ts";

const TITLE_PX = 24;
const LEGEND_PX = 22;

/** A chart with its title and legend as one picture, such as a paper or a pull request wants. */
export function saveImage(spec: ChartSpec, canvas: HTMLCanvasElement): void {
  const ratio = devicePixelRatio;
  const picture = element("canvas", {
    width: String(canvas.width),
    height: String(canvas.height + (TITLE_PX + LEGEND_PX) * ratio),
  });
  const ctx = picture.getContext("2d");
  if (ctx === null) return;
  ctx.fillStyle = resolve("paper");
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(canvas, 0, TITLE_PX * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = resolve("ink");
  ctx.font = FONT.replace("12px", "600 14px");
  ctx.fillText(capital(spec.title), 8, 17);
  ctx.font = FONT;
  let left = 8;
  const middle = TITLE_PX + canvas.height / ratio + LEGEND_PX / 2;
  const named = [...spec.lines.filter(({ shape }) => shape !== "none"), ...(spec.keys ?? [])];
  for (const { label, color } of named) {
    ctx.fillStyle = resolve(color);
    ctx.fillRect(left, middle - 2, 14, 4);
    ctx.fillStyle = resolve("ink");
    ctx.fillText(label, left + 19, middle + 4);
    left += 19 + ctx.measureText(label).width + 18;
  }
  picture.toBlob((blob) => {
    if (blob === null) return;
    const link = element("a", { href: URL.createObjectURL(blob), download: `${spec.title.replace(/\W+/g, "-")}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
