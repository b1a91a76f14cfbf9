import type { GateCheck, GateResult } from "../compare/gate-model.ts";
import { printable } from "./printable.ts";
import { checkText } from "./render-gate.ts";

/** JUnit XML: a test case for each check; what is inconclusive counts as skipped, or as failed where the gate says so. */
export function gateJunit({ checks }: GateResult, inconclusiveFails: boolean): string {
  const fails = ({ outcome }: GateCheck) => outcome === "failed" || (outcome === "inconclusive" && inconclusiveFails);
  const failures = checks.filter(fails).length;
  const skipped = checks.filter(({ outcome }) => outcome === "inconclusive").length;
  const counts = `tests="${checks.length}" failures="${failures}" errors="0" skipped="${inconclusiveFails ? 0 : skipped}"`;
  const cases = checks.map((check) => {
    const { rule, load, outcome } = check;
    const open = `    <testcase classname="plumb.gate" name="${inXml(`${rule} at load ${load}`)}"`;
    const text = inXml(checkText(check));
    if (fails(check)) return `${open}>\n      <failure type="${outcome}" message="${text}"/>\n    </testcase>`;
    if (outcome === "passed") return `${open}>\n      <system-out>${text}</system-out>\n    </testcase>`;
    return `${open}>\n      <skipped message="inconclusive: ${text}"/>\n    </testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="plumb gate" ${counts}>
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
}

function inXml(text: string): string {
  // Lone surrogates are no characters of XML.
  return printable(text.toWellFormed())
    .replace(/[\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
