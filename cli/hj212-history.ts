import { QUALITY_CODE } from '../collector/sample/sample.ts';
import type { History } from '../collector/sources/hj212/logger.ts';
import type { Report } from '../collector/sources/hj212/outgoing.ts';
import type { Item } from '../collector/sources/hj212/packet.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { pollutants } from '../config/measures/pollutants.ts';
import { convert, isConvertible } from '../config/measures/units.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';

/** A channel and the code under which it is reported. */
export interface Reported {
  readonly code: string;
  readonly channel: string;
  /** From the channel's unit into that of the code. */
  readonly factor: number;
}

/**
 * What of an outfall's monitors can be told to a platform: those under a code of HJ 212, in a unit that converts into the code's.
 *
 * @throws Fault where there is no such outfall, or nothing of it can be told.
 */
export function reportedOf(plant: Plant, outfallId: string | undefined): readonly Reported[] {
  const { outfalls } = plant.file;
  const outfall = outfallId === undefined ? (outfalls.length === 1 ? outfalls[0] : undefined) : outfalls.find(({ id }) => id === outfallId);
  if (outfall === undefined) {
    const all = outfalls.map(({ id }) => id).join(', ');
    throw new Fault({
      code: 'hj212.outfall',
      place: plant.path,
      zh: `请用 --outfall 指明排放口；现有：${all}`,
      en: `say --outfall; there are: ${all}`,
    });
  }
  const reported = Object.entries(outfall.monitored).flatMap(([code, channel]): Reported[] => {
    const wanted = pollutants().get(code)?.unit;
    const unit = plant.channels.get(channel)?.unit;
    if (wanted === undefined || unit === undefined || !isConvertible(unit, wanted)) return [];
    return [{ code, channel, factor: convert(1, unit, wanted) }];
  });
  if (reported.length > 0) return reported;
  throw new Fault({
    code: 'hj212.nothing',
    place: plant.path,
    zh: `排放口 ${outfall.id} 的 monitored 中没有 HJ 212 编码（如 w01018）且单位相符的通道`,
    en: `no channel of the outfall ${outfall.id} is monitored under a code of HJ 212 (w01018, say) in a unit that fits it`,
  });
}

const PERIOD_MS = { hour: 3_600_000, day: 86_400_000 } as const;
/** What is older than this before the newest reading is not told as real-time data. */
const NEWEST_MS = 3_600_000;

/** Means, lowest and highest of the good readings of each period; a period without any is left out, never filled. */
export function plantHistory(reader: StoreReader, reported: readonly Reported[], minuteIntervalMs: number, offsetMinutes: number): History {
  return {
    async reports(period, fromMs, toMs) {
      const everyMs = period === 'minute' ? minuteIntervalMs : PERIOD_MS[period];
      const start = (timeMs: number): number => Math.floor((timeMs + offsetMinutes * 60_000) / everyMs) * everyMs - offsetMinutes * 60_000;
      const found = new Map<number, Item[]>();
      for (const { code, channel, factor } of reported) {
        const { timeMs, value, quality } = await reader.samples(channel, fromMs, toMs + everyMs);
        const means = new Map<number, { sum: number; count: number; min: number; max: number }>();
        for (let index = 0; index < timeMs.length; index++) {
          if (quality[index] !== QUALITY_CODE.good) continue;
          const own = value[index]! * factor;
          const mean = means.get(start(timeMs[index]!)) ?? { sum: 0, count: 0, min: own, max: own };
          mean.sum += own;
          mean.count++;
          mean.min = Math.min(mean.min, own);
          mean.max = Math.max(mean.max, own);
          means.set(start(timeMs[index]!), mean);
        }
        for (const [startMs, { sum, count, min, max }] of means) {
          if (startMs < fromMs || startMs > toMs) continue;
          const values = { Min: written(min), Avg: written(sum / count), Max: written(max), Flag: 'N' };
          found.set(startMs, [...(found.get(startMs) ?? []), { code, values }]);
        }
      }
      return [...found].sort(([a], [b]) => a - b).map(([timeMs, items]): Report => ({ timeMs, items }));
    },
    async now() {
      const latest = await reader.latest(reported.map(({ channel }) => channel));
      const newestMs = Math.max(...[...latest.values()].map(({ timeMs }) => timeMs));
      const items = reported.flatMap(({ code, channel, factor }): Item[] => {
        const sample = latest.get(channel);
        if (sample?.quality !== 'good' || sample.value === null || newestMs - sample.timeMs > NEWEST_MS) return [];
        return [{ code, values: { Rtd: written(sample.value * factor), Flag: 'N' } }];
      });
      return items.length > 0 ? { timeMs: newestMs, items } : null;
    },
  };
}

/** Five digits tell more than any monitor knows; no exponent, which no receiver reads. */
const written = (value: number): string => {
  const text = Number(value.toPrecision(5)).toString();
  return text.includes('e') ? value.toFixed(6) : text;
};
