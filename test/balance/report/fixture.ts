import { computeBalances } from '../../../balance/media/compute.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { type CoverageReport, coverageOf } from '../../../collector/coverage/coverage.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

export const HOSTILE = `</td><script>alert("1")</script>&'甲`;

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const HOUR = 3_600_000;
const STEP = 5 * 60_000;

/** A counter that rises evenly by `total` over 72 h, with a gap of `missing` hours in the middle. */
function counter(total: number, missing = 0): Reading[] {
  const readings: Reading[] = [];
  for (let ms = T0 - HOUR; ms <= T0 + 73 * HOUR; ms += STEP) {
    const inGap = Math.abs(ms - T0 - 36 * HOUR) < (missing / 2) * HOUR;
    readings.push([ms, inGap ? null : 1e5 + (total * (ms - T0)) / (72 * HOUR)]);
  }
  return readings;
}

const stream = (id: string, from: string, to: string, amount: unknown = { by: 'meter', meter: id }, more: object = {}) => ({
  id,
  name: `${id} ${HOSTILE}`,
  from,
  to,
  medium: 'water',
  amount,
  ...more,
});

/**
 * A plant of two workshops with a recycle, an unmeasured stream and hostile names; energy closed by standard coal beside water.
 *
 * @param more fields of the plant itself
 */
export function hostilePlant(more: object = {}): Plant {
  return plant({
    plant: { id: 'test', name: HOSTILE, jurisdiction: 'yunnan', simulated: true, ...more },
    units: [
      { id: 'P', name: HOSTILE, level: 'plant' },
      { id: 'W1', name: `一${HOSTILE}`, level: 'workshop', parent: 'P' },
      { id: 'W2', name: `二${HOSTILE}`, level: 'workshop', parent: 'P' },
    ],
    media: [{ id: 'water', name: HOSTILE, unit: 'm3', content: { water: 1, heat: { value: 0.42, u: 0.01, basis: 'design' } } }],
    meters: ['in', 'mid', 'back', 'out'].map((id) => meter(id, { name: `表${HOSTILE}` })),
    points: [
      { id: 'P1-in', name: HOSTILE, kind: 'water', level: 1, unit: 'P', meters: [{ meter: 'in' }] },
      { id: 'P2-mid', name: HOSTILE, kind: 'water', level: 2, unit: 'W1', meters: [{ meter: 'mid' }] },
      { id: 'P2-none', name: HOSTILE, kind: 'water', level: 2, unit: 'W2' },
    ],
    streams: [
      stream('in', 'ENV', 'W1'),
      stream('mid', 'W1', 'W2'),
      stream('back', 'W2', 'W1'),
      stream('out', 'W2', 'ENV', undefined, { role: 'discharge', causes: [{ aspect: 'equipment', note: HOSTILE }] }),
      stream('seep', 'W1', 'ENV', { by: 'unmeasured' }),
    ],
    balances: [
      { id: 'water', kind: 'water', unit: 'm3', tolerance: { percent: 5, origin: HOSTILE } },
      { id: 'heat', kind: 'energy', unit: 'GJ' },
    ],
  });
}

/** The plant's numbers over 72 h, or over `hours` of them. */
export async function numbers(plant: Plant, hours = 72): Promise<{ readonly balances: BalanceReport; readonly coverage: CoverageReport }> {
  const reader = memoryReader({ in: counter(1000.125), mid: counter(3456.7), back: counter(2300.5, 4), out: counter(950.75) });
  const window = { fromMs: T0, toMs: T0 + hours * HOUR };
  const journal = { from: 1, to: 4321, sha256: 'ab'.repeat(32) };
  const balances = await computeBalances(plant, reader, window, journal);
  return { balances: { ...balances, revision: 7 }, coverage: coverageOf(plant, await loadRules(), window.toMs) };
}

/** Every number that a document holds, at any depth. */
export function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Every text that a document holds, at any depth, keys too. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? [...Object.keys(value), ...Object.values(value).flatMap(textsIn)] : [];
}

/** Whether a written figure is one of the numbers as its decimals show it: rounded, cut off where it is a ratio, times 100 where it is a share. */
export function isOneOf(text: string, all: readonly number[]): boolean {
  const plain = text.replaceAll(',', '').replace('\u2212', '-');
  if (/^[<>] /.test(plain)) return all.some((n) => n > 0 && n < 1);
  const shown = Number(plain.replace(/ %$/, ''));
  if (!Number.isFinite(shown)) return false;
  const decimals = /\.(\d+)/.exec(plain)?.[1]?.length ?? 0;
  const half = 0.5 * 10 ** -decimals * (1 + 1e-9);
  const scale = plain.endsWith(' %') ? 100 : 1;
  return all.some((n) => Math.abs(n * scale - shown) <= half || Math.floor(n * 100 + 1e-9) / 100 === shown);
}
