import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKED, MARKS, type Marking, markedReadings } from '../../../collector/import/marks.ts';
import type { JournalGroup, JournalRecord } from '../../../collector/journal/record.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

const MINUTE = 60_000;

async function* journalOf(groups: readonly (readonly JournalRecord[])[]): AsyncGenerator<JournalGroup> {
  for (const [at, records] of groups.entries()) yield { seq: at + 1, timeMs: 0, records } as unknown as JournalGroup;
}
const read = (samples: readonly Sample[]): JournalRecord[] => samples.map((sample) => ({ kind: 'sample', sample }));
const mark = (samples: readonly Sample[]): JournalRecord[] => [
  ...read(samples),
  { kind: 'event', timeMs: 0, source: 'import', event: MARKED, detail: '' },
];

const states = [
  { value: 5, quality: 'good', reason: 'none' },
  { value: 6, quality: 'suspect', reason: 'spike' },
  { value: null, quality: 'missing', reason: 'communication' },
] as const;
/** Readings of three channels, one a minute at most, in any order. */
const readings = fc
  .uniqueArray(fc.record({ channel: fc.constantFrom('a', 'b', 'c'), minute: fc.nat({ max: 20 }), state: fc.constantFrom(...states) }), {
    selector: ({ channel, minute }) => `${channel} ${minute}`,
    maxLength: 40,
  })
  .map((list) =>
    list.map(
      ({ channel, minute, state }): Sample => ({
        channel,
        timeMs: minute * MINUTE,
        ...state,
        origin: 'device',
        raw: `${channel}${minute}`,
      }),
    ),
  );
const markings = fc.record({
  channels: fc.subarray(['a', 'b', 'c', 'gone']).map((list) => new Set(list)),
  fromMs: fc.nat({ max: 20 }).map((minute) => minute * MINUTE),
  toMs: fc.nat({ max: 21 }).map((minute) => minute * MINUTE),
  mark: fc.constantFrom(...MARKS.filter((one) => one !== 'none')),
  missingOnly: fc.boolean(),
});
const isIn = ({ channels, fromMs, toMs }: Marking, { channel, timeMs }: Sample): boolean =>
  channels.has(channel) && timeMs >= fromMs && timeMs < toMs;

describe('a mark', () => {
  it('gives its reason to what is missing, doubts what has a value unless only the missing are meant, and touches nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(readings, markings, async (list, marking) => {
        const only = marking.missingOnly || marking.mark === 'power-cut';
        const expected = list
          .filter((sample) => isIn(marking, sample) && (sample.value === null || !only))
          .map((sample): Sample => ({ ...sample, quality: sample.value === null ? 'missing' : 'suspect', reason: marking.mark }))
          .sort((x, y) => x.timeMs - y.timeMs || (x.channel < y.channel ? -1 : 1));
        const marked = await markedReadings(journalOf([read(list)]), marking);
        expect(marked).toEqual(expected);
        // Said again it changes nothing; taken back, everything is as it was.
        expect(await markedReadings(journalOf([read(list), mark(marked)]), marking)).toEqual([]);
        const back = await markedReadings(journalOf([read(list), mark(marked)]), { ...marking, mark: 'none' });
        const keys = new Set(marked.map(({ raw }) => raw));
        const before = list.filter(({ raw }) => keys.has(raw));
        expect(back).toEqual(before.sort((x, y) => x.timeMs - y.timeMs || (x.channel < y.channel ? -1 : 1)));
        expect(await markedReadings(journalOf([read(list)]), { ...marking, mark: 'none' })).toEqual([]);
      }),
    );
  });

  it('that is taken back leaves the reading as it was recorded last by anything but a mark', async () => {
    const [first, second]: Sample[] = [1, 2].map((value) => ({
      channel: 'a',
      timeMs: MINUTE,
      value,
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: String(value),
    }));
    const doubted: Sample = { ...first!, quality: 'suspect', reason: 'maintenance' };
    const marking: Marking = { channels: new Set(['a']), fromMs: 0, toMs: 2 * MINUTE, mark: 'none', missingOnly: false };
    // Corrected meanwhile, and marked once more.
    const again: Sample = { ...second!, quality: 'suspect', reason: 'calibration' };
    expect(await markedReadings(journalOf([read([first!]), mark([doubted]), read([second!]), mark([again])]), marking)).toEqual([second]);
  });
});
