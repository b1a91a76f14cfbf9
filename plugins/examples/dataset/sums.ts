/** Sums without end, with a schema for its options: one made by hand here, where valibot, zod or arktype fit as well. */
import { defineDataset, fieldsOf, type StandardSchema } from "plumb";

const options: StandardSchema = {
  "~standard": {
    version: 1,
    vendor: "sums",
    validate(given) {
      const { digits = 2, ...unknown } = fieldsOf(given);
      const issues = Object.keys(unknown).map((name) => ({ message: "is no option", path: [name] }));
      if (!Number.isInteger(digits) || Number(digits) < 1 || Number(digits) > 9) {
        issues.push({ message: "must be a whole number from 1 to 9", path: ["digits"] });
      }
      return issues.length > 0 ? { issues } : { value: { digits } };
    },
  },
};

export default defineDataset({
  name: "sums",
  options,

  // The same parameters give the same items: a run can be repeated.
  *buildMessages({ seed = 0, datasetArgs }) {
    const size = 10 ** Number(datasetArgs.digits);
    for (let k = seed; ; k++) yield `What is ${(k * 7919) % size} + ${(k * 104729) % size}?`;
  },
});
