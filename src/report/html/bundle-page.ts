import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The page's own code and style, the charting library in them. */
export interface PageParts {
  script: string;
  style: string;
  /** Notice of the charting library, which its licence asks for. */
  licence: string;
}

/**
 * A macro: runs while plumb is compiled, so that the binary holds the page as texts; from the sources it runs when a
 * report is first made. A process of its own, because a bundler cannot be called from within itself.
 */
export function bundlePage(): PageParts {
  const folder = import.meta.dir;
  const { stdout, stderr, exitCode } = Bun.spawnSync(
    [process.execPath, "build", "--target=browser", "--format=iife", "--minify", join(folder, "page/main.ts")],
    { env: { PATH: process.env.PATH }, stdin: "ignore" },
  );
  if (exitCode !== 0) throw new Error(`cannot bundle the page of report.html: ${stderr}`);
  const library = join(Bun.resolveSync("uplot/package.json", folder), "..");
  const style = [join(library, "dist/uPlot.min.css"), join(folder, "../html-assets/page.css")];
  return {
    script: stdout.toString(),
    style: style.map((file) => readFileSync(file, "utf8")).join("\n"),
    licence: readFileSync(join(library, "LICENSE"), "utf8").trim(),
  };
}
