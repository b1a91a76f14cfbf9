/** A level of a ladder: what it did, and how long that took. */
export interface KneePoint {
  throughput: number;
  /** Mean, in any unit. */
  latency: number;
}

/** index: of the point; place: whether the ladder goes on at both of its sides. */
export interface Knee {
  index: number;
  place: "inside" | "first" | "last";
}

/**
 * The knee of throughput against latency: the point of greatest power, throughput / mean latency (Giessler, Haenle,
 * Koenig and Pade, Computer Networks 2, 1978; Kleinrock, ICC 1979). Beyond it a share more of throughput costs a larger
 * share of latency. Unlike curvature it needs neither scales nor smoothing, so three levels are enough. At an end of the
 * ladder it may lie beyond: then the place says so. null: fewer than three points.
 */
export function kneeOf(points: KneePoint[]): Knee | null {
  if (points.length < 3) return null;
  const power = points.map(({ throughput, latency }) => (latency > 0 ? throughput / latency : 0));
  const index = power.indexOf(Math.max(...power));
  if (power[index] === 0) return null;
  return { index, place: index === 0 ? "first" : index === points.length - 1 ? "last" : "inside" };
}
