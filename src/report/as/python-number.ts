/**
 * Python's round(): to the nearest, and of two that are as near to the one whose last digit is even. `toFixed` knows a
 * double's exact digits, but goes up where it lies in the middle.
 */
export function pythonRound(value: number, digits: number): number {
  const rounded = Number(value.toFixed(digits));
  const exact = value.toFixed(Math.min(100, digits + 60));
  const rest = exact.slice(exact.indexOf(".") + 1 + digits);
  if (!/^50*$/.test(rest)) return rounded;
  const step = 10 ** -digits;
  const isOdd = Math.abs(Math.round(rounded / step)) % 2 === 1;
  return isOdd ? Number((rounded - Math.sign(value) * step).toFixed(digits)) : rounded;
}
