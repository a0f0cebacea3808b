import { samplesIn } from '../sample/batch.ts';
import { type Entry, isBatch, type JournalGroup, type JournalRecord } from './record.ts';

/** A group as it was appended. */
class HeldGroup implements JournalGroup {
  readonly seq: number;
  readonly sha256: string;
  readonly entries: readonly Entry[];

  constructor(seq: number, sha256: string, entries: readonly Entry[]) {
    this.seq = seq;
    this.sha256 = sha256;
    this.entries = entries;
  }

  get records(): readonly JournalRecord[] {
    return this.entries.flatMap((entry) =>
      isBatch(entry) ? samplesIn(entry).map((sample): JournalRecord => ({ kind: 'sample', sample })) : entry,
    );
  }
}

/** About 8 MB of batches. A record by itself takes as much memory as so many samples of a batch. */
const MOST_HELD = 300_000;
const RECORD_WEIGHT = 8;

/**
 * The newest groups on disk, as they were appended: a store that keeps up is handed these, and what has just been written need not be
 * read back, proved and parsed. One that is behind reads the file.
 */
export class HeldGroups {
  readonly #groups: { readonly group: HeldGroup; readonly weight: number }[] = [];
  #weight = 0;

  add(seq: number, sha256: string, entries: readonly Entry[]): void {
    const group = new HeldGroup(seq, sha256, entries);
    const weight = entries.reduce((sum, entry) => sum + (isBatch(entry) ? entry.channels.length : RECORD_WEIGHT * entry.length), 0);
    this.#groups.push({ group, weight });
    this.#weight += weight;
    while (this.#weight > MOST_HELD) this.#weight -= (this.#groups.shift() as { readonly weight: number }).weight;
  }

  /** The groups after `seq` up to the newest; null where one of them is not held any more. */
  after(seq: number): readonly JournalGroup[] | null {
    const first = this.#groups[0];
    if (first === undefined || first.group.seq > seq + 1) return null;
    return this.#groups.slice(seq + 1 - first.group.seq).map(({ group }) => group);
  }
}
