import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { conditionsOf } from '../../balance/oversight/alarms.ts';
import { CaseFile } from '../../balance/oversight/cases/keep.ts';
import { stepOf } from '../../balance/oversight/cases/written.ts';
import type { Oversight } from '../../balance/oversight/oversee.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { type Called, called } from './called.ts';
import { ONE_STACK } from './one-stack.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

afterEach(() => {
  vi.unstubAllEnvs();
});

async function oversight(records: readonly JournalRecord[], ...args: string[]): Promise<Called> {
  return oversightOf(ONE_STACK, records, ...args);
}

async function oversightOf(text: string, records: readonly JournalRecord[], ...args: string[]): Promise<Called> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-oversight-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const file = join(dir, 'plant.yaml');
  await writeFile(file, text);
  const plant = await loadPlant(file);
  const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  await journal.append(records);
  await journal.close();
  return called('oversight', file, ...args);
}

/** Two days of ten-minute data: an hour over the limit, two hours of calibration, an hour that never came. */
function readings(): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let timeMs = T0; timeMs < T0 + 48 * HOUR; timeMs += HOUR / 6) {
    const hour = Math.floor((timeMs - T0) / HOUR);
    if (hour === 30) continue;
    const calibrated = hour === 10 || hour === 11;
    const value = calibrated ? null : hour === 5 ? 75 : 20 + (hour % 5);
    const state = calibrated ? ({ quality: 'missing', reason: 'calibration' } as const) : ({ quality: 'good', reason: 'none' } as const);
    records.push({ kind: 'sample', sample: { channel: 'SO2', timeMs, value, ...state, origin: 'device', raw: null } });
  }
  return records;
}

const WINDOW = ['--from', '2026-03-01', '--to', '2026-03-03'];

it('tells validity, rates and exceedances of an outfall, and that something calls for a look', async () => {
  const { status, out } = await oversight(readings(), ...WINDOW, '--json');
  const [plant] = JSON.parse(out) as Oversight[];
  expect(status).toBe(1);
  const [outfall] = plant!.outfalls;
  const [monitor] = outfall!.monitors;
  expect(monitor!.hours).toEqual({ all: 48, valid: 45 });
  expect(monitor!.rates).toMatchObject({ due: 288, received: 270, valid: 270 });
  expect(monitor!.pass).toBe((270 / 288) ** 2 >= 0.9);
  expect(monitor!.days.map(({ date, validHours, valid }) => [date, validHours, valid])).toEqual([
    ['2026-03-01', 22, true],
    ['2026-03-02', 23, true],
  ]);
  expect(monitor!.over).toEqual([
    expect.objectContaining({
      basis: 'hour',
      limit: 50,
      from: '2026-03-01T05:00:00+08:00',
      to: '2026-03-01T06:00:00+08:00',
      peak: 75,
      ratio: 1.5,
    }),
  ]);
  expect(plant!.toConfirm.length).toBeGreaterThan(0);
});

it('prints the same for a person', async () => {
  const { out } = await oversight(readings(), ...WINDOW);
  expect(out).toContain('DA001 a21026');
  expect(out).toContain('2026-03-01T05:00:00+08:00');
});

it('tells of hour means that their own minutes do not allow, and of a clock that is off', async () => {
  const beside = `
  - id: SO2H
    name: 二氧化硫小时值
    kind: concentration
    unit: mg/m3
    read: { device: bureau, station: "010000A8900016F000169DC0", code: a21026, value: Avg, period: hour }
  - id: CLOCK
    name: 数采仪时钟
    kind: state
    unit: s
    read: { device: bureau, station: "010000A8900016F000169DC0", code: clock, period: real-time }
outfalls:`;
  const sample = (channel: string, timeMs: number, value: number): JournalRecord => ({
    kind: 'sample',
    sample: { channel, timeMs, value, quality: 'good', reason: 'none', origin: 'device', raw: null },
  });
  // Hours 10 and 11 were calibrations: 10 is sent as good; the mean of hour 20 is not that of its minutes.
  const hours = Array.from({ length: 48 }, (_, n) =>
    n === 11 || n === 30 ? [] : [sample('SO2H', T0 + n * HOUR, n === 5 ? 75 : n === 20 ? 18 : 20 + (n % 5))],
  );
  const clock = Array.from({ length: 48 }, (_, n) => sample('CLOCK', T0 + n * HOUR, n === 40 ? -95 : -1.5));
  const plant = ONE_STACK.replace('\noutfalls:', beside);
  const records = [...readings(), ...hours.flat(), ...clock];
  const [found] = JSON.parse((await oversightOf(plant, records, ...WINDOW, '--json')).out) as Oversight[];
  const told = found!.outfalls[0]!.signs.filter(({ sign }) => sign === 'mean-of-too-few' || sign === 'clock-off');
  expect(told.map(({ sign, from, codes, figure }) => [sign, from, codes, figure])).toEqual([
    ['mean-of-too-few', '2026-03-01T10:00:00+08:00', ['a21026'], 0],
    ['mean-of-too-few', '2026-03-01T20:00:00+08:00', ['a21026'], expect.closeTo(-0.1, 9)],
    ['clock-off', '2026-03-02T15:00:00+08:00', ['a21026'], -95],
  ]);
  const { out } = await oversightOf(plant, records, ...WINDOW);
  expect(out).toContain('均值所依据的数据过少');
  expect(out).toContain('the clock is off (-95)');
  const alarms = conditionsOf({ ...found!, window: { ...found!.window, to: '2026-03-02T18:00:00+08:00' } });
  expect(alarms.find(({ key }) => key.endsWith('clock-off'))?.zh).toBe('DA001 a21026 数据异常迹象：时钟不准');
  // A notice of each, as the officer looks at it, appends it, and is not handed it again.
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-cases-'));
  await writeFile(join(dir, 'found.json'), JSON.stringify([found]));
  const notices = async (): Promise<{ finding: string; text: string }[]> => {
    const deadlines = ['--by', '某科', '--reply-by', '2026-03-20T00:00:00+08:00', '--settle-by', '2026-04-20T00:00:00+08:00'];
    const args = ['cases', join(dir, 'cases.jsonl'), '--notices', join(dir, 'found.json'), ...deadlines];
    return JSON.parse((await called(...args)).out);
  };
  const drafts = await notices();
  const clocks = drafts.find(({ finding }) => finding === 'sign:a21026:clock-off')!;
  expect(clocks.text).toContain('有异常迹象：时钟不准（-95）');
  expect(drafts.map(({ finding }) => finding)).toContain('sign:a21026:mean-of-too-few');
  const { id, step } = stepOf(JSON.stringify(clocks), 'draft', Date.parse('2026-03-04T00:00:00+08:00'));
  await (await CaseFile.open(join(dir, 'cases.jsonl'))).append(id, step);
  expect((await notices()).map(({ finding }) => finding)).toEqual(
    drafts.map(({ finding }) => finding).filter((one) => one !== clocks.finding),
  );
});
