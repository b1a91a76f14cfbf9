import { afterAll, describe, expect, test } from "bun:test";
import { dirname } from "node:path";
import imageFolder from "../../plugins/dataset/image_folder.ts";
import randomVl from "../../plugins/dataset/random_vl.ts";
import { setLogSink } from "../../src/contract/log.ts";
import { inlineImage } from "../../src/contract/message.ts";
import type { Params } from "../../src/contract/params.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import { dataFile, FOLDER, itemsOf, removeData } from "./dataset-fixture.ts";

afterAll(removeData);

interface Part {
  type: string;
  text?: string;
  image_url?: { url: string };
}

type Messages = { role: string; content: Part[] }[];

function messagesIn(item: unknown): Messages {
  return Array.isArray(item) ? (item as Messages) : (item as { messages: Messages }).messages;
}

function urlsIn(item: unknown): string[] {
  const [message, ...more] = messagesIn(item);
  expect(more).toEqual([]);
  return message!.content.flatMap(({ image_url }) => (image_url === undefined ? [] : [image_url.url]));
}

/** What an image is when it is decoded, whatever its URL says. */
async function decoded(url: string): Promise<Bun.Image.Metadata> {
  const { mediaType, base64 } = inlineImage(url)!;
  const bytes = Buffer.from(base64, "base64");
  const metadata = await new Bun.Image(bytes).metadata();
  expect(mediaType).toBe(`image/${metadata.format}`);
  // The header may lie: this reads every pixel.
  expect((await new Bun.Image(bytes).png().bytes()).length).toBeGreaterThan(0);
  return metadata;
}

describe("random_vl", () => {
  test("one PNG of 224 x 224 pixels beside a made text", async () => {
    const [item] = await itemsOf(randomVl, { inputLen: 12 }, 1);
    const [text, image, ...more] = messagesIn(item)[0]!.content;
    expect(text!.type).toBe("text");
    expect(await new FileSource().countTokens(text!.text!)).toBe(12);
    expect(image!.type).toBe("image_url");
    expect(more).toEqual([]);
    expect(await decoded(image!.image_url!.url)).toEqual({ width: 224, height: 224, format: "png" });
  });

  test.each(["jpeg", "png", "webp"] as const)("%s images of the size and number that was asked for", async (format) => {
    const params = { imageWidth: 65, imageHeight: 33, imageNum: 3, imageFormat: format };
    const items = await itemsOf(randomVl, params, 2);
    const urls = items.flatMap(urlsIn);
    expect(urls).toHaveLength(6);
    expect(new Set(urls).size).toBe(6);
    for (const url of urls) expect(await decoded(url)).toEqual({ width: 65, height: 33, format });
  });

  test("text and reply are as long as one draw of --lengths says", async () => {
    const pairs = [
      { input: 3, output: 5, weight: 1 },
      { input: 7, output: 9, weight: 1 },
    ];
    const small = { imageWidth: 1, imageHeight: 1, lengths: { kind: "pairs", pairs } as const };
    const source = new FileSource();
    const seen = new Set<string>();
    for (const item of await itemsOf(randomVl, small, 20)) {
      const { asked } = item as { asked: { completionTokens: number } };
      const tokens = await source.countTokens(messagesIn(item)[0]!.content[0]!.text!);
      seen.add(`${tokens} ${asked.completionTokens}`);
    }
    expect([...seen].sort()).toEqual(["3 5", "7 9"]);
  });

  test("the seed decides every pixel", async () => {
    const [first, same, other] = await Promise.all([0, 0, 1].map((seed) => itemsOf(randomVl, { seed }, 2)));
    expect(same).toEqual(first!);
    expect(urlsIn(other![0])).not.toEqual(urlsIn(first![0]));
  });

  test("says once about how many tokens an image is", async () => {
    const said: unknown[] = [];
    setLogSink((_, words) => said.push(...words));
    const params: Params = sampleParams({ imageWidth: 100, imageHeight: 50, imageNum: 2, imagePatchSize: 32 });
    for (let pass = 0; pass < 2; pass++) {
      for await (const _ of randomVl.buildMessages(params, new FileSource())) break;
    }
    setLogSink(() => {});
    expect(said).toEqual([
      expect.stringContaining("100 x 50 pixels is about 8 tokens (one for 32 x 32 pixels), 16 in"),
    ]);
  });
});

describe("image_folder", async () => {
  const [made] = await itemsOf(randomVl, { imageWidth: 40, imageHeight: 20 }, 1);
  const png = Buffer.from(inlineImage(urlsIn(made)[0]!)!.base64, "base64");
  const jpeg = await new Bun.Image(png).jpeg().bytes();
  dataFile("images/b.JPG", jpeg);
  dataFile("images/a.png", png);
  dataFile("images/c.webp", await new Bun.Image(png).webp().bytes());
  dataFile("images/.hidden.png", "no image");
  dataFile("images/notes.txt", "no image");
  dataFile("images/deeper/d.png", "no image");
  const datasetPath = `${FOLDER}/images`;

  test("the images as they are, in the order of their names", async () => {
    const items = await itemsOf(imageFolder, { datasetPath });
    const urls = items.flatMap(urlsIn);
    expect(await Promise.all(urls.map(async (url) => (await decoded(url)).format))).toEqual(["png", "jpeg", "webp"]);
    expect(Buffer.from(inlineImage(urls[0]!)!.base64, "base64").equals(png)).toBe(true);
    expect((items[0] as Messages)[0]!.content[0]).toEqual({ type: "text", text: "Describe the image." });
  });

  test("several a message; the last has what is left; the question is an option", async () => {
    const items = await itemsOf(imageFolder, { datasetPath, imageNum: 2, datasetArgs: { text: "Compare." } });
    expect(items.map((item) => urlsIn(item).length)).toEqual([2, 1]);
    expect((items[1] as Messages)[0]!.content[0]).toEqual({ type: "text", text: "Compare." });
  });

  test.each([
    [{ imageWidth: 10 }, { width: 10, height: 5 }],
    [{ imageHeight: 40 }, { width: 80, height: 40 }],
    [
      { imageWidth: 7, imageHeight: 9 },
      { width: 7, height: 9 },
    ],
    [{}, { width: 40, height: 20 }],
  ])("resized by %j, in another format", async (size, expected) => {
    const items = await itemsOf(imageFolder, { datasetPath, ...size, imageFormat: "jpeg" });
    for (const url of items.flatMap(urlsIn)) expect(await decoded(url)).toEqual({ ...expected, format: "jpeg" });
  });

  test("what is no image is refused by name, and so is a folder without any", async () => {
    const broken = dataFile("broken/a.png", "no image");
    await expect(itemsOf(imageFolder, { datasetPath: dirname(broken) })).rejects.toThrow(`${broken}: `);
    dataFile("none/a.txt", "");
    await expect(itemsOf(imageFolder, { datasetPath: `${FOLDER}/none` })).rejects.toThrow("holds no image");
    await expect(itemsOf(imageFolder, { datasetPath: `${FOLDER}/gone` })).rejects.toThrow("there is no such file");
    await expect(itemsOf(imageFolder, { datasetPath: broken })).rejects.toThrow("it is no folder");
  });
});
