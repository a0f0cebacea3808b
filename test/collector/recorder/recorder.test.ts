import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { plainSink } from '../../../collector/recorder/journalled.ts';
import { createRecorder } from '../../../collector/recorder/recorder.ts';
import { type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import { qualityStage } from '../../../collector/sample/quality.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { MemoryJournal } from './memory-journal.ts';

/** Channels that are checked against limits, against leaps, and not at all. */
const CHANNELS = ['limited', 'steady', 'free'];
const checks = () =>
  qualityStage(
    new Map([
      ['limited', { limits: [0, 100] as const }],
      ['steady', { changePerMinute: 5 }],
    ]),
  );

const batches: fc.Arbitrary<SampleBatch[]> = fc
  .array(
    fc.record({
      channels: fc.subarray(CHANNELS, { minLength: 1 }),
      values: fc.array(fc.oneof(fc.integer({ min: -20, max: 120 }), fc.constant(Number.NaN)), { minLength: 3, maxLength: 3 }),
      doubt: fc.constantFrom('none', 'none', 'resynchronised' as const),
      stepMs: fc.integer({ min: -5_000, max: 60_000 }),
    }),
    { maxLength: 12 },
  )
  .map((list) => {
    let timeMs = 1_700_000_000_000;
    return list.map(({ channels, values, doubt, stepMs }) => {
      timeMs += stepMs;
      const own = Float64Array.from(channels, (_, i) => values[i]!);
      const reasons = Uint8Array.from(own, (value) => REASON_CODE[Number.isNaN(value) ? 'communication' : doubt]);
      return { channels, timeMs, origin: 'device', values: own, reasons, raw: { kind: 'same', text: '41a0' } } as const;
    });
  });

/** What a recorder journals, shows and tells of what it is handed. */
function recorded(options: { readonly simulated: boolean; readonly clockDoubted: () => boolean }) {
  const journalled: Sample[] = [];
  const heard: Sample[] = [];
  const journal = {
    async append(records: readonly JournalRecord[]) {
      for (const record of records) if (record.kind === 'sample') journalled.push(record.sample);
      return 1;
    },
  };
  const recorder = createRecorder(journal, { ...options, judge: checks() });
  recorder.listen((samples) => heard.push(...samples));
  return { recorder, journalled, heard };
}

it.each(['samples', 'batch'] as const)('%s are taken, shown and told of once they are on disk, and not before', async (way) => {
  const batch: SampleBatch = {
    channels: ['free'],
    timeMs: 1_700_000_000_000,
    origin: 'device',
    values: Float64Array.of(1),
    reasons: Uint8Array.of(REASON_CODE.none),
    raw: { kind: 'same', text: null },
  };
  let written = (): void => {};
  let [taken, heard] = [false, 0];
  const journal = { append: () => new Promise<number>((resolve) => (written = () => resolve(1))) };
  const recorder = createRecorder(journal, { simulated: false });
  recorder.listen((samples) => {
    heard += samples.length;
  });
  const handed = (way === 'batch' ? recorder.batch(batch) : recorder.samples(samplesIn(batch))).then(() => {
    taken = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([taken, heard, recorder.latest().size]).toEqual([false, 0, 0]);
  written();
  await handed;
  expect([taken, heard, recorder.latest().get('free')?.value]).toEqual([true, 1, 1]);
});

describe('a batch', () => {
  it('is recorded as its samples would be', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), fc.nat(12), async (list, simulated, doubtedFrom) => {
        let turn = 0;
        const options = { simulated, clockDoubted: () => turn >= doubtedFrom };
        const [columns, objects] = [recorded(options), recorded(options)];
        for (turn = 0; turn < list.length; turn++) {
          await columns.recorder.batch(list[turn]!);
          await objects.recorder.samples(samplesIn(list[turn]!));
        }
        expect(columns.journalled).toEqual(objects.journalled);
        expect(columns.heard).toEqual(objects.heard);
        const [latest, expected] = [columns.recorder.latest(), objects.recorder.latest()];
        expect([...latest]).toEqual([...expected]);
        expect([...latest.values()]).toEqual([...latest.keys()].map((channel) => latest.get(channel)));
        expect([latest.size, latest.has('other'), latest.get('other')]).toEqual([expected.size, false, undefined]);
        for (const [channel, sample] of latest) {
          const own = columns.journalled.filter((one) => one.channel === channel);
          expect(sample.timeMs).toBe(Math.max(...own.map(({ timeMs }) => timeMs)));
        }
      }),
    );
  });

  it('that the journal does not take is judged once, however often it is handed in', async () => {
    let full = true;
    const kept: Sample[] = [];
    const journal = {
      append: () => Promise.reject(new Error('not one by one')),
      async appendBatch(batch: SampleBatch) {
        if (full) throw new Error('disk full');
        kept.push(...samplesIn(batch));
        return 1;
      },
    };
    const recorder = createRecorder(journal, { simulated: false, judge: checks() });
    const at = (timeMs: number, value: number): SampleBatch => ({
      channels: ['steady'],
      timeMs,
      origin: 'device',
      values: Float64Array.of(value),
      reasons: Uint8Array.of(0),
      raw: { kind: 'same', text: null },
    });
    full = false;
    await recorder.batch(at(0, 10));
    full = true;
    const leap = at(60_000, 90);
    for (let attempt = 0; attempt < 4; attempt++) await expect(recorder.batch(leap)).rejects.toThrow('disk full');
    expect(recorder.latest().get('steady')?.value).toBe(10);
    full = false;
    await recorder.batch(leap);
    expect(kept.map(({ value, reason }) => [value, reason])).toEqual([
      [10, 'none'],
      [90, 'spike'],
    ]);
    expect([...leap.reasons]).toEqual([0]);
  });
});

it('a plain sink journals what it is handed as it is, and settles when it is there', async () => {
  const journal = new MemoryJournal();
  const sink = plainSink(journal, { source: 'central' });
  const one: Sample = { channel: 'a', timeMs: 5, value: 7, quality: 'suspect', reason: 'spike', origin: 'device', raw: null };
  const aside = { timeMs: 6, source: 'central', reason: 'no JSON', raw: 'x' };
  const event = { timeMs: 7.9, source: 'central', event: 'reconnected', detail: '' };
  await sink.samples([one]);
  await sink.quarantine(aside);
  await sink.event(event);
  expect(journal.records).toEqual([
    { kind: 'sample', sample: one },
    { kind: 'quarantine', ...aside },
    { kind: 'event', ...event, timeMs: 7 },
  ]);
  journal.full = true;
  await expect(sink.samples([one])).rejects.toThrow('full');
});
