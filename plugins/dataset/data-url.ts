import type { Params } from "plumb";

/** What a message's images are made to be; null: as they come. */
export interface ImageForm {
  /** Pixels; one alone keeps the proportions. */
  width: number | null;
  height: number | null;
  format: "jpeg" | "png" | "webp" | null;
}

const QUALITY = 85;

export function formOf({ imageWidth, imageHeight, imageFormat }: Params): ImageForm {
  return { width: imageWidth ?? null, height: imageHeight ?? null, format: imageFormat ?? null };
}

export interface InlineImage {
  url: string;
  /** Pixels. */
  width: number;
  height: number;
}

/**
 * An image as a data URL. Decoding and encoding are done by Bun on a thread of their own.
 * @throws Error for what is no image, or none that this machine can read
 */
export async function dataUrl(bytes: Uint8Array, form: ImageForm): Promise<InlineImage> {
  const image = new Bun.Image(bytes);
  const found = await image.metadata();
  const { width, height } = sizeOf(found, form);
  const format = form.format ?? (found.format === "jpeg" || found.format === "webp" ? found.format : "png");
  const resized = width !== found.width || height !== found.height;
  // What services take is sent as it is: encoding it again would make another image of it.
  if (!resized && (format === found.format || (found.format === "gif" && form.format === null))) {
    return { url: `data:image/${found.format};base64,${Buffer.from(bytes).toString("base64")}`, width, height };
  }
  return { url: await encoded(resized ? image.resize(width, height) : image, format), width, height };
}

function sizeOf(found: Bun.Image.Metadata, { width, height }: ImageForm): { width: number; height: number } {
  const scale = width === null ? (height ?? found.height) / found.height : width / found.width;
  const scaled = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { width: width ?? scaled(found.width), height: height ?? scaled(found.height) };
}

/** Fast rather than small: a load is made while others wait. */
export function encoded(image: Bun.Image, format: "jpeg" | "png" | "webp"): Promise<string> {
  if (format === "png") return image.png({ compressionLevel: 1 }).dataurl();
  return (format === "jpeg" ? image.jpeg({ quality: QUALITY }) : image.webp({ quality: QUALITY })).dataurl();
}
