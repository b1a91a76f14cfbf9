const MANTISSAS = [
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
];
const MOST = 8;

/** Where a logarithmic axis has its ticks: round numbers, equally spaced ones where the ends lie close together. */
export function logTicks(min: number, max: number): number[] {
  if (max / min < 3) return evenTicks(min, max);
  if (max / min > 10 ** MOST) return powers(min, max, [1]);
  const some = MANTISSAS.map((mantissas) => powers(min, max, mantissas)).filter((ticks) => ticks.length <= MOST);
  return some.at(-1) ?? powers(min, max, [1]);
}

function powers(min: number, max: number, mantissas: number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    ticks.push(...mantissas.map((mantissa) => Number((mantissa * 10 ** power).toPrecision(3))));
  }
  return ticks.filter((value) => value >= min && value <= max);
}

function evenTicks(min: number, max: number): number[] {
  const rough = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(min / step); k * step <= max; k++) ticks.push(Number((k * step).toPrecision(8)));
  return ticks;
}
