import { expect, test } from "bun:test";
import { Mistakes } from "../../src/config/mistakes.ts";
import { findTelemetry, type TelemetryOptions } from "../../src/config/telemetry.ts";

const TARGET = "http://gpu-box:8000/v1/chat/completions";

function find(options: TelemetryOptions) {
  const mistakes = new Mistakes();
  const found = findTelemetry(options, TARGET, mistakes);
  return { found, message: mistakes.any ? mistakes.asError().message : "" };
}

test("nothing asked for is nothing kept", () => {
  expect(find({})).toEqual({ found: undefined, message: "" });
});

test("addresses get a scheme and the usual path where they lack one; a path is the service's own page", () => {
  const { found } = find({
    serverMetrics: "/metrics",
    gpuMetrics: "gpu-box:9400",
    otlp: "https://collector:4318",
    metricsPort: 0,
  });
  expect(found).toEqual({
    serverMetrics: "http://gpu-box:8000/metrics",
    gpuMetrics: "http://gpu-box:9400/metrics",
    metricsPort: 0,
    otlp: "https://collector:4318/v1/metrics",
  });
  expect(find({ serverMetrics: "//h/x" }).found?.serverMetrics).toBe("http://gpu-box:8000//h/x");
  expect(find({ serverMetrics: "http://h/own/page?x=1" }).found?.serverMetrics).toBe("http://h/own/page?x=1");
});

test.each([
  [{ gpuMetrics: "ftp://h/" }, /--gpu-metrics: is no http/],
  [{ otlp: "http://" }, /--otlp: is no http/],
  [{ serverMetrics: "http://user:secret@h/metrics" }, /--server-metrics: takes no user and password/],
])("%p is a mistake", (options, message) => {
  const found = find(options);
  expect(found.message).toMatch(message);
  expect(found.message).not.toContain("secret");
});
