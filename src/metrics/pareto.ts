/** What two things a level gives, more being better of both. */
export interface Offer {
  /** Output tokens a second for one user. */
  user: number;
  /** Output tokens a second for all, or for a GPU, or for a dollar. */
  system: number;
}

/**
 * Which points are on the Pareto front: no other gives at least as much of both and more of one. Equal points are on it
 * together.
 */
export function paretoFront(points: Offer[]): boolean[] {
  return points.map((point) => !points.some((other) => dominates(other, point)));
}

function dominates(a: Offer, b: Offer): boolean {
  return a.user >= b.user && a.system >= b.system && (a.user > b.user || a.system > b.system);
}
