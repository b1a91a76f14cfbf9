import type { Params } from "plumb";

/** Where a file that plumb does not bring along can be had. */
interface Origin {
  /** The dataset's page. */
  page: string;
  file: string;
}

/**
 * The file of a dataset that cannot do without.
 * @param wants what must be in it, where there is no public one
 * @throws Error that says what to give, and where to get it
 */
export function dataFile({ datasetPath }: Params, dataset: string, wants: string | Origin): string {
  if (datasetPath !== undefined) return datasetPath;
  if (typeof wants === "string") throw new Error(`${dataset} needs --dataset-path FILE, ${wants}`);
  const { page, file } = wants;
  throw new Error(
    `${dataset} needs its file, and plumb downloads nothing: get ${file} from ${page}, then give --dataset-path ${file}`,
  );
}
