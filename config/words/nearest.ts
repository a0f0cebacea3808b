/**
 * The candidate that a mistyped word most likely means: least edit distance (insertions, deletions, substitutions and swaps of
 * neighbours, Damerau 1964), at most a third of the word and at least one letter in common; undefined where none is that near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let [best, least] = [undefined as string | undefined, Math.max(1, Math.floor(word.length / 3)) + 1];
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = candidate.toLowerCase() === word.toLowerCase() ? 0.5 : editDistance(word, candidate);
    const hopeless = distance >= Math.max(word.length, candidate.length);
    if (distance < least && !hopeless) [best, least] = [candidate, distance];
  }
  return best;
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
