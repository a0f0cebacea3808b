/**
 * The candidate that a mistyped word most likely means, undefined where none is near.
 *
 * Near is: the same but for case; a beginning of the other, four letters at least; or within a third of the word's length in edits
 * (insertions, deletions, substitutions, swaps of neighbours; Damerau 1964). Names that differ in their digits alone are names of
 * different things: FT12 is never proposed for FT13.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let [best, least] = [undefined as string | undefined, Math.floor(word.length / 3) + 0.9];
  for (const candidate of candidates) {
    const distance = distanceOf(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function distanceOf(word: string, candidate: string): number {
  if (candidate === word) return Number.POSITIVE_INFINITY;
  if (candidate.toLowerCase() === word.toLowerCase()) return 0.5;
  if (candidate.replace(/\d+/g, '0') === word.replace(/\d+/g, '0')) return Number.POSITIVE_INFINITY;
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return short.length >= 4 && long.startsWith(short) ? 0.8 : editDistance(word, candidate);
}

/** Optimal string alignment distance of two words, in UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
