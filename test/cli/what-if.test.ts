import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { type Called, called, refused } from './called.ts';
import { twoMeters } from './two-meters.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const WINDOW = ['--from', '2026-03-02T00:00:00+08:00', '--to', '2026-03-05T00:00:00+08:00'];
/** 100 m³/h come in and 96 go out, each meter right to 1 %. */
const RATES = { IN: 100, OUT: 96 };

describe('what-if PLANT', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-what-if-'));
    await writeFile(join(dir, 'plant.yaml'), twoMeters());
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    const log = await openJournal(join(dir, 'data', 'two-meters', 'journal'), { plant: 'two-meters' });
    const records: JournalRecord[] = [];
    for (let timeMs = T0; timeMs <= T0 + 96 * HOUR; timeMs += HOUR / 6)
      for (const [channel, rate] of Object.entries(RATES)) {
        const value = (rate * (timeMs - T0)) / HOUR;
        records.push({
          kind: 'sample',
          sample: { channel, timeMs, value, quality: 'good', reason: 'none', origin: 'simulated', raw: null },
        });
      }
    await log.append(records);
    await log.close();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const whatIf = (...args: readonly string[]) => called('what-if', dir, ...WINDOW, ...args);
  const answer = ({ out }: Called) => JSON.parse(out) as { change: object; before: BalanceReport; after: BalanceReport };
  const first = (report: BalanceReport) => report.balances[0]!;

  it('another tolerance changes the verdict and no amount; without --json both tables are printed', async () => {
    const { change, before, after } = answer(await whatIf('--tolerance', 'water=5', '--json'));
    expect(change).toEqual({ exclude: [], add: [], tolerance: { water: 5 } });
    expect(first(after).tolerance).toEqual({ percent: 5, origin: 'what-if' });
    expect(first(before).tolerance).toBeNull();
    expect(first(before).imbalance).toBeCloseTo(72 * 4, 6);
    expect(first(after).imbalance).toBe(first(before).imbalance);
    const { out } = await whatIf('--tolerance', 'water=5');
    const [asItIs, ifSo] = out.split('\n→\n');
    expect(asItIs).toContain('288');
    expect(ifSo).toContain('288');
  });

  it('without a meter its stream is not measured, and nothing stands in for it; with another one it is again', async () => {
    const { after } = answer(await whatIf('--exclude', 'OUT', '--json'));
    expect(first(after).streams.find(({ id }) => id === 'out')).toMatchObject({ basis: 'unmeasured', total: null, u: null });
    expect(first(after).imbalance).toBeNull();
    const added = answer(await whatIf('--exclude', 'OUT', '--add', 'out=0.5@98', '--json'));
    const fitted = first(added.after).streams.find(({ id }) => id === 'out')!;
    expect(fitted.total).toBeCloseTo(72 * 98, 6);
    // ± 0.5 % of reading, as a rectangular distribution.
    expect(fitted.u).toBeCloseTo((0.005 * 72 * 98) / Math.sqrt(3), 6);
  });

  it('leaves the plant file, the journal and the kept balances as they were', async () => {
    const record = async () => ({
      file: await readFile(join(dir, 'plant.yaml'), 'utf8'),
      journal: await Promise.all(
        (await readdir(join(dir, 'data', 'two-meters', 'journal')))
          .filter((name) => name.endsWith('.lhj'))
          .map((name) => readFile(join(dir, 'data', 'two-meters', 'journal', name), 'utf8')),
      ),
      kept: await readdir(join(dir, 'data', 'two-meters', 'balances')).catch(() => []),
    });
    const before = await record();
    expect(before.journal).toHaveLength(1);
    expect((await whatIf('--exclude', 'OUT', '--json')).status).toBe(0);
    expect(await record()).toEqual(before);
  });

  it.each([
    ['--exclude', 'NONE', 'what-if.meter'],
    ['--add', 'none=1', 'what-if.stream'],
    ['--tolerance', 'none=1', 'what-if.balance'],
  ])('%s %s names what there is none of', async (option, value, code) => {
    expect(await whatIf(option, value, '--json')).toMatchObject(refused(code));
  });

  it.each([
    ['--add', 'out'],
    ['--add', 'out=-1'],
    ['--add', 'out=0'],
    ['--tolerance', 'water'],
    ['--tolerance', 'water=x'],
  ])('%s %s is no such change', async (...args) => {
    expect(await whatIf(...args)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(`error: option '${args[0]}`) });
  });
});
