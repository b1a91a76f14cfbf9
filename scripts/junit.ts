/** How many tests ended how. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts the tests of a JUnit report as Bun writes it. A file that could not be loaded is missing from the report: each
 * of the expected files that is not in it counts as one failure.
 *
 * @param expected the test files that were to run, as the report names them
 */
export function countTests(report: string, expected: string[]): TestCounts & { missing: string[] } {
  const total = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? "";
  const attribute = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0);
  const reported = new Set([...report.matchAll(/<testcase\b[^>]*?\bfile="([^"]*)"/g)].map((match) => match[1]));
  const missing = expected.filter((file) => !reported.has(file));
  const failures = attribute("failures");
  const skipped = attribute("skipped");
  return {
    passed: attribute("tests") - failures - skipped,
    failed: failures + missing.length,
    skipped,
    missing,
  };
}
