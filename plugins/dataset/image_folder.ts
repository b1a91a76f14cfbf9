import { createMessage, defineDataset, type Params, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { dataUrl, formOf } from "./data-url.ts";
import { tellImageTokens } from "./image-tokens.ts";

const ENDINGS = /\.(jpe?g|png|webp|gif|bmp)$/i;

/** The images of a folder, in the order of their names, so many a message. */
export default defineDataset({
  name: "image_folder",
  about: "Images of a folder, --image-num a message, resized by --image-width and --image-height",
  path: "needed",
  options: {
    text: { type: "string", default: "Describe the image.", help: "What is asked of each message's images" },
  },
  async *buildMessages(params, source) {
    const folder = dataFile(params, "image_folder", "a folder with images");
    const paths = (await source.files(folder)).filter((path) => ENDINGS.test(path));
    if (paths.length === 0) throw new Error(`${folder} holds no image: .jpg, .png, .webp, .gif or .bmp`);
    const { imageNum = 1, datasetArgs } = params;
    for (let from = 0; from < paths.length; from += imageNum) {
      const group = paths.slice(from, from + imageNum);
      const urls = await Promise.all(group.map((path) => urlOf(path, params, source)));
      yield [createMessage(String(datasetArgs.text), urls)];
    }
  },
});

async function urlOf(path: string, params: Params, source: Source): Promise<string> {
  const bytes = await source.bytes(path);
  try {
    const { url, width, height } = await dataUrl(bytes, formOf(params));
    tellImageTokens(params, width, height);
    return url;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
