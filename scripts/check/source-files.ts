import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

export interface SourceFile {
  /** Path from the project's root, with slashes. */
  file: string;
  text: string;
}

/** All TypeScript below some folders of the project, in the order of their paths. */
export async function sourceFiles(folders: string[]): Promise<SourceFile[]> {
  const glob = new Bun.Glob(`{${folders.join(",")}}/**/*.{ts,mjs}`);
  const paths = [...glob.scanSync(ROOT)].map((path) => path.replaceAll("\\", "/")).sort();
  return Promise.all(paths.map(async (file) => ({ file, text: await Bun.file(join(ROOT, file)).text() })));
}
