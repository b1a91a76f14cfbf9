import { createMessage, defineDataset } from "plumb";
import { encoded } from "./data-url.ts";
import type { Draws } from "./draws.ts";
import { tellImageTokens } from "./image-tokens.ts";
import { MadeTexts } from "./made-texts.ts";

const PIXELS = 224;
const TEXT_TOKENS = 64;
/** Fields of colour along each side of a made image. */
const FIELDS = 16;

/** Made texts with made images, each different, without end. */
export default defineDataset({
  name: "random_vl",
  about: "Made texts of --input-len tokens (default 64), with --image-num made images",
  ownLengths: true,
  endless: true,
  async *buildMessages(params, source) {
    const { imageWidth = PIXELS, imageHeight = PIXELS, imageFormat = "png", imageNum = 1 } = params;
    tellImageTokens(params, imageWidth, imageHeight);
    for (let item = 0; ; item++) {
      const made = new MadeTexts(params, source, item);
      const { input, output } = made.lengths(TEXT_TOKENS);
      const text = await made.text(input);
      const images = Array.from({ length: imageNum }, () => {
        const image = new Bun.Image(colourFields(made.draw)).resize(imageWidth, imageHeight, { filter: "nearest" });
        return encoded(image, imageFormat);
      });
      const messages = [createMessage(text, await Promise.all(images))];
      yield { kind: "messages", messages, ...(output !== undefined && { asked: { completionTokens: output } }) };
    }
  },
});

const HEADER = 54;
const ROW = FIELDS * 3;

/** A small bitmap of random colours, to be made large: the simplest image format there is, three bytes a pixel. */
function colourFields(draw: Draws): Uint8Array {
  const bytes = new Uint8Array(HEADER + ROW * FIELDS);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, FIELDS, true);
  view.setInt32(22, FIELDS, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let at = HEADER; at < bytes.length; at += 3) {
    const colour = draw();
    bytes.set([colour, colour >>> 8, colour >>> 16], at);
  }
  return bytes;
}
