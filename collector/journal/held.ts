import { EntriesGroup } from './group.ts';
import { type Entry, isBatch, type JournalGroup } from './record.ts';

/** About 8 MB of batches. A record by itself, or a raw text of its own, takes as much memory as so many samples of a batch. */
const HELD = 300_000;
/** More while it is no older than this: a store that keeps up has taken it by then, however fast it came. */
const YOUNG_MS = 2000;
const MOST_HELD = 5 * HELD;
const RECORD_WEIGHT = 8;
const TEXT_WEIGHT = 3;

function weightOf(entry: Entry): number {
  if (!isBatch(entry)) return RECORD_WEIGHT * entry.length;
  return (entry.raw.kind === 'texts' ? TEXT_WEIGHT : 1) * entry.channels.length;
}

/**
 * The newest groups on disk, as they were appended: a store that keeps up is handed these, and what has just been written need not be
 * read back, proved and parsed. One that is behind reads the file.
 */
export class HeldGroups {
  readonly #groups: { readonly group: EntriesGroup; readonly weight: number; readonly atMs: number }[] = [];
  #weight = 0;

  add(seq: number, sha256: string, entries: readonly Entry[]): void {
    const group = new EntriesGroup(seq, sha256, entries);
    const weight = entries.reduce((sum, entry) => sum + weightOf(entry), 0);
    const nowMs = performance.now();
    this.#groups.push({ group, weight, atMs: nowMs });
    this.#weight += weight;
    while (this.#weight > HELD) {
      const oldest = this.#groups[0]!;
      if (this.#weight <= MOST_HELD && nowMs - oldest.atMs < YOUNG_MS) break;
      this.#groups.shift();
      this.#weight -= oldest.weight;
    }
  }

  /** The groups after `seq` up to the newest; null where one of them is not held any more. */
  after(seq: number): readonly JournalGroup[] | null {
    const first = this.#groups[0];
    if (first === undefined || first.group.seq > seq + 1) return null;
    return this.#groups.slice(seq + 1 - first.group.seq).map(({ group }) => group);
  }
}
