/** What one run of a load says. `client`: plumb's own machine shaped it, so it says nothing of the service. */
export type Vote = "holds" | "fails" | "client";

/**
 * What is thought of a load by now. Not settled: it may be believed on the way, and is asked again before it is an
 * answer. `unknown`: it has to run again first.
 */
export type Standing = { vote: Vote; settled: boolean } | { vote: "unknown"; settled: false };

/** A load that was tried, and what is thought of it. */
export interface TriedLoad {
  load: number;
  standing: Standing;
}

const UNKNOWN: Standing = { vote: "unknown", settled: false };

/**
 * Runs vote, and more than half of `runs` settle it. Before that a lone vote is believed, unless the client was the
 * limit: a busy second of its own is no end of a search. With all votes in and no majority the doubt counts against the
 * load.
 */
export function majority(votes: Vote[], runs: number): Standing {
  const count = (vote: Vote) => votes.filter((one) => one === vote).length;
  const ranked = (["holds", "fails", "client"] as const)
    .map((vote) => ({ vote, n: count(vote) }))
    .sort((a, b) => b.n - a.n);
  const [first, second] = ranked;
  if (first!.n * 2 > runs) return { vote: first!.vote, settled: true };
  if (votes.length >= runs) return { vote: count("client") > 0 ? "client" : "fails", settled: true };
  return first!.n === second!.n || first!.vote === "client" ? UNKNOWN : { vote: first!.vote, settled: false };
}

/** Every load has all its runs, whose figures are judged together. @param together the vote of all */
export function allTogether(votes: Vote[], runs: number, together: () => Vote): Standing {
  if (votes.length < runs) return UNKNOWN;
  const limited = votes.filter((vote) => vote === "client").length * 2 > votes.length;
  return { vote: limited ? "client" : together(), settled: true };
}
