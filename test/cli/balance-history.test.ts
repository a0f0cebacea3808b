import { describe, expect, it } from 'vitest';
import type { RevisionChange } from '../../balance/media/compare-revisions.ts';
import type { PlantDrift } from '../../balance/media/drift.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { balanceAt } from './balance-at.ts';
import { refused } from './called.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

/** Two counters every half hour; from `changeHour` on what leaves is metered `changePercent` low. */
function readings(fromHour: number, toHour: number, changeHour = 1e9, changePercent = 0): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let hour = fromHour; hour <= toHour; hour += 0.5) {
    for (const channel of ['IN', 'OUT'] as const) {
      const loss = channel === 'OUT' ? (Math.max(0, hour - changeHour) * changePercent) / 100 : 0;
      const sample = {
        channel,
        timeMs: T0 + hour * HOUR,
        value: 100 * (hour - loss),
        quality: 'good',
        reason: 'none',
        origin: 'simulated',
        raw: null,
      } as const;
      records.push({ kind: 'sample', sample });
    }
  }
  return records;
}

describe('balance PLANT over revisions and successive windows', () => {
  const at = balanceAt();
  const { journal } = at;
  const balance = (...args: readonly string[]) => at.run(at.dir(), ...args);

  it('says what late data changed, and nothing where nothing changed', async () => {
    const window = ['--from', '2026-03-02', '--to', '2026-03-05'];
    const late = ({ kind, ...rest }: JournalRecord) =>
      kind === 'sample' && 'sample' in rest && rest.sample.channel === 'OUT' && rest.sample.timeMs > T0 + 80 * HOUR;
    const all = readings(0, 96);
    await journal(all.filter((record) => !late(record)));
    await balance(...window);
    await journal(all.filter(late));
    await balance(...window);
    const compared = await balance('--compare', '1', '--json', ...window);
    const change = JSON.parse(compared.out) as RevisionChange;
    expect(change.revisions).toEqual({ before: 1, after: 2 });
    expect(change.readings.after).toBeGreaterThan(change.readings.before);
    expect(change.journal.after).toBeGreaterThan(change.journal.before!);
    expect(change.balances[0]!.streams.map(({ id }) => id)).toEqual(['out']);
    const { coverage } = change.balances[0]!.streams[0]!;
    expect(coverage.before).toBeLessThan(0.85);
    expect(coverage.after).toBeCloseTo(1, 9);
    expect((await balance('--compare', '2', ...window)).out).toContain('no figure changed');
    // without a window the newest that is kept
    const listed = await balance('--revisions', '--json');
    const list = JSON.parse(listed.out) as { revisions: { revision: number; changes: unknown[] }[] };
    expect(list.revisions.map(({ revision, changes }) => [revision, changes.length])).toEqual([[1, 0], [2, 1]]); // biome-ignore format: pairs
    expect((await balance('--revisions')).out).toMatch(/rev\. 1[\s\S]*rev\. 2/);
  });

  it('a meter that changes is found over successive windows, a constant disagreement is none', async () => {
    await journal(readings(0, 8 * 24, 5 * 24, 3));
    const { status, out } = await balance('--drift', '24', '--windows', '8', '--json');
    expect(status).toBe(1);
    const { windows, balances } = JSON.parse(out) as PlantDrift;
    expect(windows).toHaveLength(8);
    const [water] = balances;
    // with two meters nobody can say which of them: both are named
    expect([...water!.drift!.findings[0]!.ids].sort()).toEqual(['in', 'out']);
    expect(water!.drift!.findings[0]).toMatchObject({ kind: 'step', at: 5 });
    expect(Math.abs(water!.drift!.findings[0]!.size)).toBeCloseTo(72, -1);
    expect((await balance('--drift', '24', '--windows', '8')).out).toMatch(/step.*2026-03-06/);
  });

  it('a disagreement that was always there is calibration and no drift', async () => {
    await journal(readings(0, 6 * 24, 0, 3));
    const { status, out } = await balance('--drift', '24', '--json');
    expect(status).toBe(0);
    expect((JSON.parse(out) as PlantDrift).balances[0]!.drift!.verdict).toBe('none');
  });

  it('what is not there is said', async () => {
    await journal(readings(0, 96));
    expect(await balance('--revisions')).toMatchObject(refused('balance.not-kept', 1));
    await balance();
    expect(await balance('--compare', '9')).toMatchObject(refused('balance.revision'));
    expect(await balance('--compare', 'x')).toMatchObject(refused('balance.number'));
    expect(await balance('--drift', '24', '--windows', '2')).toMatchObject(refused('balance.number'));
  });
});
