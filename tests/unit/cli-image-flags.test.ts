import { expect, test } from "bun:test";
import { readDataCommand } from "../../src/cli/data-request.ts";
import { readFlags } from "../../src/cli/flags.ts";
import { IMAGE_FLAGS } from "../../src/cli/image-flags.ts";

const read = (...args: string[]) => readFlags(args, IMAGE_FLAGS, { positionals: 0 }).values;

test("sizes, numbers and formats; nothing that was not given", () => {
  expect(read("--image-width", "640", "--image-num", "2", "--image-format", "jpg")).toEqual({
    imageWidth: 640,
    imageHeight: undefined,
    imageFormat: "jpeg",
    imageNum: 2,
    imagePatchSize: undefined,
  });
  expect(read("--image-format", "WEBP").imageFormat).toBe("webp");
});

test("another tool's colour mode means what that tool sends", () => {
  for (const mode of ["RGB", "RGBA", "L"]) expect(read("--image-format", mode).imageFormat).toBe("png");
});

test.each([
  ["--image-width", "0", "below the least allowed"],
  ["--image-height", "99999", "above the most allowed"],
  ["--image-num", "1.5", "not a whole number"],
  ["--image-format", "tiff", "none of jpeg, png, webp"],
])("%s %s is refused", (flag, value, words) => {
  expect(() => read(flag, value)).toThrow(words);
});

test("they reach a dataset's parameters", async () => {
  const args = ["random_vl", "--image-height", "32", "--image-patch-size", "14"];
  const { config } = await readDataCommand("show", args, 1);
  expect(config.params).toMatchObject({
    imageHeight: 32,
    imagePatchSize: 14,
    given: ["imageHeight", "imagePatchSize"],
  });
  expect(config.params).not.toHaveProperty("imageWidth");
});
