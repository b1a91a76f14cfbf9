import type uPlot from "uplot";
import type { Color } from "./palette.ts";
import type { Unit } from "./units.ts";

export type Values = (number | null)[];

export interface Line {
  label: string;
  color: Color;
  values: Values;
  unit: Unit;
  /** line: points joined; steps: each value holds until the next; points: not joined; none: drawn by `draw`. */
  shape: "line" | "steps" | "points" | "none";
  filled?: boolean;
  dashed?: boolean;
  /** Points beside the line, for few values. */
  dots?: boolean;
  /** Its values are of the axis on the right. */
  right?: boolean;
}

export interface Axis {
  label: string;
  unit: Unit;
  log?: boolean;
  /** Ends of the axis; absent: as the values need, from 0 for an upright one. */
  range?: [number, number];
  whole?: boolean;
  /** No tick stands above it: a share has no more than 100%. */
  most?: number;
}

export interface AlternativeTable {
  columns: string[];
  rows: string[][];
}

/** All that a chart is made from. */
export interface ChartSpec {
  title: string;
  /** What it shows and how that was made. */
  note: string;
  x: Axis;
  /** Ascending. */
  xs: number[];
  y: Axis;
  right?: Axis;
  lines: Line[];
  height?: number;
  /** Charts of one group share cursor and zoom. */
  group?: string;
  /** Upright lines. */
  marks?: { x: number; label: string }[];
  /** Stretches of x with a name, such as levels. */
  bands?: { from: number; to: number; label: string }[];
  /** Draws what lines cannot. Device pixels. */
  draw?: (plot: uPlot) => void;
  /** The point under the cursor, where it is not the nearest in x. CSS pixels in the plot. */
  find?: (plot: uPlot, left: number, top: number) => number | null;
  /** The values at a point, in place of each line's own. */
  readout?: (place: number) => string;
  /** Names of colours that are no lines'. */
  keys?: { label: string; color: Color }[];
  /** The figures for who does not see the chart; absent: the lines' values. */
  table?: AlternativeTable;
  /** Spans both columns. */
  wide?: boolean;
}
