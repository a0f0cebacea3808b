import { expect, it } from 'vitest';
import { EntriesGroup } from '../../../collector/journal/group.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { missingBatch, type SampleBatch } from '../../../collector/sample/batch.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../../collector/sample/sample.ts';
import { batchesOf, codesFrom } from '../../../collector/stores/batch.ts';
import { samplesOf } from '../../../collector/stores/rows.ts';
import { sample } from './contract.ts';

const batch: SampleBatch = {
  channels: ['F1', 'F2', 'F3'],
  timeMs: 1000,
  origin: 'device',
  values: Float64Array.of(1.5, Number.NaN, -2),
  reasons: Uint8Array.of(REASON_CODE.none, REASON_CODE.garbage, REASON_CODE.garbage),
  raw: { kind: 'registers', data: Uint8Array.of(0x41, 0xa0, 0, 0, 0xff, 0xff), at: Uint16Array.of(0, 4, 4), end: Uint16Array.of(4, 6, 6) },
};
const corrected: JournalRecord = { kind: 'correction', timeMs: 9000, channel: 'F2', sampleTimeMs: 1000, value: 7, by: 'a', why: 'b' };
const event: JournalRecord = { kind: 'event', timeMs: 9000, source: 's', event: 'e', detail: '' };

it('samples are the same of columns as of records, with what they were decoded from', () => {
  const entries = [
    batch,
    [{ kind: 'sample', sample: sample('F9', 1500, 3) } as const, event, corrected],
    missingBatch(['F1'], 2000, 'device', 'garbage'),
  ];
  const columns = new EntriesGroup(1, '', entries);
  const records = { seq: 1, sha256: '', records: columns.records };
  const found = samplesOf([columns]);
  expect(found.map((one) => ({ ...one, raw: one.raw }))).toEqual(samplesOf([records]));
  for (const most of [1, 2, 5, 100]) {
    const batches = [columns, records].map((group) => [...batchesOf([group, group], most)]);
    for (const some of batches) {
      expect(some.every(({ length }) => length > 0 && length <= most)).toBe(true);
      expect(some.flatMap((one) => one.samples())).toEqual(samplesOf([records, records]));
      expect(some.flatMap(({ channels }) => channels)).toEqual([...found, ...found].map(({ channel }) => channel));
      expect(some.flatMap(({ value, length }) => [...value.subarray(0, length)])).toEqual(
        [...found, ...found].map(({ value }) => value ?? Number.NaN),
      );
      expect(some.flatMap(({ timeMs, length }) => [...timeMs.subarray(0, length)])).toEqual(
        [...found, ...found].map(({ timeMs }) => timeMs),
      );
      expect(some.flatMap(({ codes, length }) => [...codes.subarray(0, length)].map(codesFrom))).toEqual(
        [...found, ...found].map(({ origin, quality, reason }) => ({
          origin: ORIGIN_CODE[origin],
          quality: QUALITY_CODE[quality],
          reason: REASON_CODE[reason],
        })),
      );
    }
  }
  expect(JSON.parse(JSON.stringify(found))).toEqual(samplesOf([records]));
  expect(found.map(({ channel, value, quality, raw }) => [channel, value, quality, raw])).toEqual([
    ['F1', 1.5, 'good', '41a0 0000'],
    ['F2', null, 'missing', 'ffff'],
    ['F3', -2, 'suspect', 'ffff'],
    ['F9', 3, 'good', null],
    ['F2', 7, 'good', null],
    ['F1', null, 'missing', null],
  ]);
});
