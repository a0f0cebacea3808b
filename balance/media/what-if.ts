import { plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { PlantFile, Stream } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';
import type { BalanceReport } from './result.ts';

/** What is tried out on a plant, without a change to its file or its record. */
export interface WhatIf {
  /** Ids of meters that are taken not to be there: streams that rest on them become unmeasured. */
  readonly exclude: readonly string[];
  /** A meter of so many per cent of reading on a stream that has none; it reads `perHour`, or what the balances reconciled. */
  readonly add: readonly { readonly stream: string; readonly percent: number; readonly perHour: number | null }[];
  /** Closure tolerance in per cent, by balance. */
  readonly tolerance: Readonly<Record<string, number>>;
}

/**
 * The plant with the changes. Nothing else of it is touched.
 *
 * @param before what the balances say without them, from which an added meter's reading is taken
 * @throws Fault what-if.* for an unknown id, for a meter that a content or a stock rests on, and for an added meter without a reading.
 */
export function changedPlant(plant: Plant, change: WhatIf, before: BalanceReport): Plant {
  const gone = new Set(change.exclude);
  for (const meter of gone) if (!plant.meters.has(meter)) throw unknown('meter', meter);
  const isGone = (channel: string) => gone.has(plant.channels.get(channel)?.meter.id ?? '');
  const added = new Map(change.add.map((one) => [one.stream, one]));
  for (const stream of added.keys()) if (!plant.streams.has(stream)) throw unknown('stream', stream);
  for (const balance of Object.keys(change.tolerance)) if (!plant.balances.has(balance)) throw unknown('balance', balance);
  for (const { id, meter } of plant.stocks.values()) if (meter !== undefined && isGone(meter)) throw needed(meter, id);

  const streams = plant.file.streams.map((stream): Stream => {
    for (const content of Object.values(stream.content))
      if (typeof content === 'object' && 'meter' in content && isGone(content.meter)) throw needed(content.meter, stream.id);
    const extra = added.get(stream.id);
    if (extra !== undefined) return { ...stream, amount: fitted(plant, stream, extra, before) };
    return loses(plant, stream, isGone) ? { ...stream, amount: { by: 'unmeasured' } } : stream;
  });
  const balances = plant.file.balances.map((balance) => {
    const percent = change.tolerance[balance.id];
    return percent === undefined ? balance : { ...balance, tolerance: { percent, origin: 'what-if' } };
  });
  const file: PlantFile = { ...plant.file, streams, balances };
  return { ...plantOf(file, plant.path), dataDir: plant.dataDir };
}

function loses(plant: Plant, { amount }: Stream, isGone: (channel: string) => boolean): boolean {
  if (amount.by !== 'meter') return false;
  if (amount.meter !== undefined) return isGone(amount.meter);
  const mains = (plant.points.get(amount.point ?? '')?.meters ?? []).filter(({ role }) => role === 'main');
  return mains.length > 0 && mains.every(({ meter }) => isGone(meter));
}

/** Stands in for a meter: ± p % of reading is a rectangular distribution, u = p·value ÷ √3. */
function fitted(
  plant: Plant,
  { id, medium }: Stream,
  { percent, perHour }: WhatIf['add'][number],
  before: BalanceReport,
): Stream['amount'] {
  const { unit } = plant.media.get(medium)!;
  const value = perHour ?? reconciledPerHour(id, unit, before);
  if (value === null) {
    const [zh, en] = [
      `物流 ${id} 的量尚不能由网络求得，请给出每小时的量`,
      `what ${id} carries does not follow from the network: state it per hour`,
    ];
    throw new Fault({ code: 'what-if.value', place: id, zh, en });
  }
  const u = Math.max(((percent / 100) * Math.abs(value)) / Math.sqrt(3), Number.MIN_VALUE);
  return { by: 'estimate', value, unit: `${unit}/h`, u, basis: `what-if: a meter of ± ${percent} %` };
}

function reconciledPerHour(stream: string, unit: string, { balances, window }: BalanceReport): number | null {
  for (const balance of balances) {
    const found = balance.unit === unit ? balance.streams.find(({ id }) => id === stream) : undefined;
    const amount = found?.reconciled ?? found?.total ?? null;
    if (amount !== null) return amount / window.hours;
  }
  return null;
}

function unknown(what: 'meter' | 'stream' | 'balance', id: string): Fault {
  const zh = { meter: '计量器具', stream: '物流', balance: '平衡' }[what];
  return new Fault({ code: `what-if.${what}`, place: id, zh: `没有${zh}“${id}”`, en: `there is no ${what} "${id}"` });
}

function needed(meter: string, by: string): Fault {
  const [zh, en] = [
    `${by} 的含量或库存只由 ${meter} 测得，不能去掉它`,
    `the content or stock of ${by} is known by ${meter} alone: it cannot be left out`,
  ];
  return new Fault({ code: 'what-if.needed', place: meter, zh, en });
}
