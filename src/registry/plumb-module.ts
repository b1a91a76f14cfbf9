import * as contract from "../contract/index.ts";

let provided = false;

/**
 * Makes `import ... from "plumb"` in users' files mean this program, wherever they lie. A module that is registered
 * goes before every node_modules and tsconfig, so a package of that name cannot take its place.
 * @param more what the module gives besides the contract; the first call decides
 */
export function providePlumbModule(more: Record<string, unknown> = {}): void {
  if (provided) return;
  provided = true;
  Bun.plugin({
    name: "plumb",
    setup(build) {
      build.module("plumb", () => ({ exports: { ...contract, ...more }, loader: "object" }));
    },
  });
}
