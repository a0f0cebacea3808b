import { markedEvents, stationMarks } from '../../balance/oversight/marks.ts';
import { hourMasses } from '../../balance/oversight/mass.ts';
import { overLimits } from '../../balance/oversight/over-limits.ts';
import { ratesOf } from '../../balance/oversight/rates.ts';
import { clippedTops } from '../../balance/oversight/signs/clipped.ts';
import { copiedDays } from '../../balance/oversight/signs/copied.ts';
import { frozenReadings } from '../../balance/oversight/signs/frozen.ts';
import { impossibleValues } from '../../balance/oversight/signs/impossible.ts';
import { seriesOf } from '../../balance/oversight/signs/series.ts';
import { dayMeans, hourMeans } from '../../balance/oversight/validity.ts';
import { REASON_CODE } from '../../collector/sample/reason.ts';
import { uniformOf } from '../../collector/simulate/chance.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import { validityRule } from '../../config/measures/monitoring.ts';
import { outfallSchema } from '../../config/plant/outfalls.ts';
import type { Plant } from '../../config/plant/plant.ts';

export const name = 'oversight-day';

const OUTFALLS = 1_000;
const CODES = 10;
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Days before the judged one, by which it is known what is usual. */
const KNOWN = 3;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

/** Readings of one monitor each minute of four days, some of them missing in calibration. */
function readings(seed: number): SampleColumns {
  const count = ((KNOWN + 1) * DAY) / MINUTE;
  const columns = {
    channel: `c${seed}`,
    timeMs: Float64Array.from({ length: count }, (_, n) => T0 + n * MINUTE),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
    reason: new Uint8Array(count),
    origin: new Uint8Array(count),
  };
  let noise = uniformOf(seed, 'start') * 0x7fffffff;
  for (let index = 0; index < count; index++) {
    noise = (Math.imul(noise | 0, 1_103_515_245) + 12_345) & 0x7fffffff;
    columns.value[index] = Math.round(1000 * (40 + 8 * Math.sin(index / 200 + seed) + (noise / 0x7fffffff) * 4)) / 1000;
    if (index % 1440 >= 120 && index % 1440 < 150) {
      [columns.value[index], columns.quality[index], columns.reason[index]] = [Number.NaN, 2, REASON_CODE.calibration];
    }
  }
  return columns;
}

/**
 * A day of 1,000 outfalls with 10 monitors each, one reading a minute, judged: rates, hours, days, limits, marks, amounts and the signs of
 * falsification by the three days before. Making the readings is not in the time, nor is a store; a reader adds its own.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const some = Array.from({ length: 50 }, (_, seed) => readings(seed));
  const outfall = outfallSchema.parse({
    id: 'A',
    name: 'A',
    unit: 'P',
    kind: 'gas',
    limits: (['instant', 'hour', 'day'] as const).map((basis) => ({ code: 'a21026', value: 50, unit: 'mg/m3', basis, source: 'bench' })),
  });
  const plant = { offsetMinutes: 480 } as Plant;
  const [from, to] = [T0 + KNOWN * DAY, T0 + (KNOWN + 1) * DAY];
  const [hourRule, dayRule] = [validityRule('gas', 'hour'), validityRule('gas', 'day')];
  const flows = new Map(Array.from({ length: 24 }, (_, hour) => [from + hour * 3_600_000, 50_000]));
  let [over, signs, valid, mass] = [0, 0, 0, 0];
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  for (let monitor = 0; monitor < OUTFALLS * CODES; monitor++) {
    const samples = some[monitor % some.length]!;
    const cut = (column: Float64Array): Float64Array => column.subarray((KNOWN * DAY) / MINUTE);
    const bytes = (column: Uint8Array): Uint8Array => column.subarray((KNOWN * DAY) / MINUTE);
    const own: SampleColumns = {
      channel: samples.channel,
      timeMs: cut(samples.timeMs),
      value: cut(samples.value),
      quality: bytes(samples.quality),
      reason: bytes(samples.reason),
      origin: bytes(samples.origin),
    };
    valid += ratesOf(own, MINUTE, { fromMs: from, toMs: to }).valid;
    const hours = hourMeans(own, MINUTE, from, to, hourRule);
    valid += dayMeans(hours, 480, dayRule).length;
    over += overLimits(plant, outfall, 'a21026', 'mg/m3', { own, everyMs: MINUTE, hours, gas: null }, []).length;
    over += markedEvents(stationMarks(own, MINUTE), 15).length;
    for (const hour of hourMasses(hours, 'mg/m3', 'kg', flows, () => 1)) mass += hour.mass ?? 0;
    const series = seriesOf('a21026', samples, MINUTE, T0, to);
    const index = (KNOWN * DAY) / MINUTE;
    signs += frozenReadings(series, index).length + clippedTops(series, index).length;
    signs += copiedDays(series, index).length + impossibleValues(series, index, [0, 500]).length;
  }
  const { user, system } = process.cpuUsage(startCpu);
  return {
    metrics: {
      outfalls: OUTFALLS,
      monitors: OUTFALLS * CODES,
      secondsOfCpu: (user + system) / 1e6,
      secondsOfWall: (performance.now() - startMs) / 1000,
      validReadings: valid,
      stretchesAndMarks: over,
      signs,
      tonnes: mass / 1000,
    },
    peers: {},
  };
}
