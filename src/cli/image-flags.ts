import { UserError } from "../config/user-error.ts";
import { asWhole, single } from "./flag-kinds.ts";

/** No server takes a larger one. */
const MOST_PIXELS = 16_384;

/** Colour modes that other tools name here; their images are PNG. */
const MODES = ["RGB", "RGBA", "L"];
const FORMATS = { jpeg: "jpeg", jpg: "jpeg", png: "png", webp: "webp" } as const;

/** Flags of the datasets that send images. */
export const IMAGE_FLAGS = {
  imageWidth: single(asWhole({ min: 1, max: MOST_PIXELS }), {
    help: "Width of images, in pixels (made ones: 224; others are resized if it is given)",
    hint: "N",
  }),
  imageHeight: single(asWhole({ min: 1, max: MOST_PIXELS }), { help: "The same for their height", hint: "N" }),
  imageFormat: single(asFormat, {
    help: "Format of images (made ones: png; others keep theirs unless it is given)",
    hint: "jpeg|png|webp",
  }),
  imageNum: single(asWhole({ min: 1, max: 1000 }), { help: "Images in a message (default 1)", hint: "N" }),
  imagePatchSize: single(asWhole({ min: 1 }), {
    help: "Side in pixels of the square that is one token to the model, for estimates (default 28)",
    hint: "N",
  }),
};

function asFormat(text: string): "jpeg" | "png" | "webp" {
  if (MODES.includes(text)) return "png";
  const name = text.toLowerCase();
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as keyof typeof FORMATS];
  throw new UserError(`"${text}" is none of jpeg, png, webp`, 2);
}
