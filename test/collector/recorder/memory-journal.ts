import { encodeRecord } from '../../../collector/journal/codec.ts';
import type { JournalGroup, JournalRecord } from '../../../collector/journal/record.ts';
import type { ToldJournal } from '../../../collector/recorder/intake-journal.ts';
import type { Appendable } from '../../../collector/recorder/journalled.ts';
import { type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

/** A journal without a disk: its rules are the real ones, and it is full when a test says so. */
export class MemoryJournal implements ToldJournal, Appendable {
  readonly written: JournalGroup[] = [];
  full = false;

  async append(records: readonly JournalRecord[]): Promise<number> {
    for (const record of records) encodeRecord(record);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.full) throw new Error('the disk is full');
    if (records.length > 0) this.written.push({ seq: this.written.length + 1, records: [...records], sha256: '' });
    return this.written.length;
  }

  async appendBatch(batch: SampleBatch): Promise<number> {
    return this.append(samplesIn(batch).map((sample) => ({ kind: 'sample', sample })));
  }

  head(): { readonly seq: number } {
    return { seq: this.written.length };
  }

  async *groups(afterSeq: number): AsyncGenerator<JournalGroup> {
    yield* this.written.slice(afterSeq);
  }

  get records(): JournalRecord[] {
    return this.written.flatMap(({ records }) => records);
  }

  get samples(): Sample[] {
    return this.records.flatMap((record) => (record.kind === 'sample' ? [record.sample] : []));
  }

  get quarantined(): Extract<JournalRecord, { kind: 'quarantine' }>[] {
    return this.records.filter((record) => record.kind === 'quarantine');
  }
}
