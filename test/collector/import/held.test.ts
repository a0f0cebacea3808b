import { describe, expect, it } from 'vitest';
import { newsAgainst } from '../../../collector/import/held.ts';
import type { JournalGroup, JournalRecord } from '../../../collector/journal/record.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

async function* journalOf(...groups: readonly (readonly JournalRecord[])[]): AsyncGenerator<JournalGroup> {
  for (const [at, records] of groups.entries()) yield { seq: at + 1, timeMs: 0, records } as unknown as JournalGroup;
}
const sample = (value: number | null, more: Partial<Sample> = {}): Sample => ({
  channel: 'a',
  timeMs: 1000,
  value,
  quality: value === null ? 'missing' : 'good',
  reason: value === null ? 'device-fault' : 'none',
  origin: 'import',
  raw: String(value),
  ...more,
});
const limit = (value: number): Sample => sample(value, { quality: 'suspect', reason: 'below-detection' });
const kept = (...samples: readonly Sample[]): JournalRecord[] => samples.map((one) => ({ kind: 'sample', sample: one }));
const corrected = (value: number | null, more: object = {}): JournalRecord => ({
  kind: 'correction',
  timeMs: 0,
  channel: 'a',
  sampleTimeMs: 1000,
  value,
  by: '王工',
  why: '',
  ...more,
});

describe('an import beside the journal', () => {
  it('is fresh where nothing of its channel and time was written by hand or imported; a reading of the device is another', async () => {
    const own = sample(5);
    for (const other of [
      sample(5, { channel: 'b' }),
      sample(5, { timeMs: 1001 }),
      sample(7, { origin: 'device' }),
      sample(7, { origin: 'simulated' }),
    ]) {
      expect(await newsAgainst(journalOf(kept(other)), [own])).toEqual({ fresh: [own], changed: [], known: 0 });
    }
    expect(await newsAgainst(journalOf(), [])).toEqual({ fresh: [], changed: [], known: 0 });
  });

  it.each<[string, Sample, Sample]>([
    ['the same', sample(5), sample(5)],
    ['missing for another reason', sample(null), sample(null, { reason: 'communication' })],
    ['marked by a person', sample(5, { quality: 'suspect', reason: 'maintenance' }), sample(5)],
    ['a limit that a person has marked', sample(5, { quality: 'suspect', reason: 'calibration' }), limit(5)],
    ['the same limit', limit(5), limit(5)],
    ['of a laboratory', sample(5, { origin: 'laboratory' }), sample(5)],
  ])('is known where what is held is %s', async (_what, held, again) => {
    expect(await newsAgainst(journalOf(kept(held)), [again])).toEqual({ fresh: [], changed: [], known: 1 });
  });

  it.each<[string, Sample, Sample]>([
    ['another value', sample(5), sample(6)],
    ['missing', sample(null), sample(6)],
    ['a value that is missing now', sample(5), sample(null)],
    ['a limit, and a value now', limit(5), sample(5)],
    ['a value, and a limit now', sample(5), limit(5)],
  ])('has changed where what is held is %s', async (_what, held, again) => {
    expect(await newsAgainst(journalOf(kept(held)), [again])).toEqual({ fresh: [], changed: [[held, again]], known: 0 });
  });

  it('goes by what the journal says last, corrections included', async () => {
    const [five, six] = [sample(5), sample(6)];
    expect(await newsAgainst(journalOf(kept(five), [corrected(6)]), [six])).toMatchObject({ known: 1 });
    expect(await newsAgainst(journalOf(kept(five), [corrected(6)]), [five])).toMatchObject({ changed: [[{ value: 6 }, five]] });
    expect(await newsAgainst(journalOf(kept(five), [corrected(null)]), [five])).toMatchObject({
      changed: [[{ value: null, quality: 'missing' }, five]],
    });
    expect(await newsAgainst(journalOf(kept(five), kept(six)), [six])).toMatchObject({ known: 1 });
    expect(await newsAgainst(journalOf(kept(five), [corrected(6, { sampleTimeMs: 1001 })]), [five])).toMatchObject({ known: 1 });
    expect(await newsAgainst(journalOf([corrected(6)]), [five])).toMatchObject({ fresh: [five] });
  });
});
