/** Did you mean: the known name nearest to one that is not known. */

/** ` Did you mean "service"?`, or nothing when no name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const wanted = name.toLowerCase();
  let nearest: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = distanceOf(wanted, candidate.toLowerCase());
    if (!nearest || distance < nearest.distance) nearest = { name: candidate, distance };
  }
  const near = nearest && nearest.distance <= Math.max(2, Math.floor(wanted.length / 3));
  return near ? `; did you mean "${nearest!.name}"?` : '';
}

/** Letters to change, add or leave out to make one of the other. Names are short: both are cut at 40. */
function distanceOf(a: string, b: string): number {
  const [from, to] = [a.slice(0, 40), b.slice(0, 40)];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1));
    row = next;
  }
  return row[to.length]!;
}
