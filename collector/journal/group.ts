import { samplesIn } from '../sample/batch.ts';
import { type Entry, isBatch, type JournalGroup, type JournalRecord } from './record.ts';

/** A group of entries, as they were appended or as its lines say. Records are made of them when they are asked for. */
export class EntriesGroup implements JournalGroup {
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
