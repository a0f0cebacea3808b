import { type CountedReader, type IntakeAccounts, intakeAccounts } from '../balance/report/intake-account.ts';
import { ratioSpans } from '../balance/window/ratio.ts';
import { specOf } from '../balance/window/spec.ts';
import { type Agreement, agreementOf } from '../collector/sample/agreement.ts';
import { accountsOf, type HourAccount, summedAccount } from '../collector/sample/conservation.ts';
import { HOUR_MS, hourOf } from '../collector/sample/hour.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { amountPerHour, amountUnitOf, convert, isConvertible } from '../config/measures/units.ts';
import { looksOf } from '../config/plant/looks.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import { durationMs, formatInstant } from '../config/plant/time.ts';
import { openCaughtUpReader } from './caught-up.ts';

/** Whole hours that are looked at. */
const HOURS = 24;
/** A totaliser and its own rate come from one sensor: beyond two per cent one of them is scaled wrongly. */
const TOLERANCE = 0.02;

/** Where the readings of a channel that were due went, in all hours and hour by hour. */
export interface ChannelConservation {
  readonly channel: string;
  readonly total: Omit<HourAccount, 'hourMs'>;
  readonly hours: readonly ({ readonly hour: string } & Omit<HourAccount, 'hourMs'>)[];
}

/** A meter's totaliser beside the integral of its own rate. */
export interface MeterAgreement extends Omit<Agreement, 'hours'> {
  readonly counter: string;
  readonly rate: string;
  readonly unit: string;
  readonly hours: readonly { readonly hour: string; readonly rise: number; readonly integral: number }[];
}

export interface DataHealth {
  readonly from: string;
  readonly to: string;
  /** expected = good + suspect + missing by reason + unaccounted, for each channel that has a declared interval. */
  readonly conservation: readonly ChannelConservation[];
  /** polled = journalled + quarantined + given back + difference, by source; null where nothing was counted. */
  readonly intake: IntakeAccounts | null;
  readonly agreement: readonly MeterAgreement[];
}

/** What a plant's journal says of the last 24 whole hours before `atMs`; null where nothing was ever read. */
export async function dataHealthOn(plant: Plant, atMs: number): Promise<DataHealth | null> {
  const reader = await openCaughtUpReader(plant);
  try {
    return await dataHealthFrom(reader, plant, atMs);
  } finally {
    await reader.close();
  }
}

export async function dataHealthFrom(reader: StoreReader & CountedReader, plant: Plant, atMs: number): Promise<DataHealth | null> {
  if ((await reader.counts()).size === 0) return null;
  const toMs = hourOf(atMs);
  const span = { fromMs: toMs - HOURS * HOUR_MS, toMs };
  const conservation: ChannelConservation[] = [];
  for (const channel of plant.channels.values()) {
    if (channel.read !== undefined) conservation.push(await conservationOf(reader, plant, channel, span));
  }
  return {
    from: formatInstant(span.fromMs, plant.offsetMinutes),
    to: formatInstant(span.toMs, plant.offsetMinutes),
    conservation,
    intake: await intakeAccounts(plant, reader, span),
    agreement: await agreements(reader, plant, span),
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

async function conservationOf(reader: StoreReader, plant: Plant, channel: Channel, { fromMs, toMs }: Span): Promise<ChannelConservation> {
  const every = channel.read?.every;
  const everyMs = every === undefined ? null : durationMs(every);
  const readings = await reader.samples(channel.id, fromMs - (everyMs ?? 0), toMs + (everyMs ?? 0));
  const accounts = accountsOf(readings, everyMs, fromMs, toMs, looksOf(channel)?.samplingMs);
  const { hourMs: _first, ...total } = summedAccount(accounts) as HourAccount;
  const hours = accounts.map(({ hourMs, ...account }) => ({ hour: formatInstant(hourMs, plant.offsetMinutes), ...account }));
  return { channel: channel.id, total, hours };
}

/** Every meter that has a totaliser and a rate which adds up to it. */
async function agreements(reader: StoreReader, plant: Plant, span: Span): Promise<MeterAgreement[]> {
  const found: MeterAgreement[] = [];
  for (const counter of plant.channels.values()) {
    if (counter.kind !== 'counter') continue;
    const rate = [...plant.channels.values()].find((other) => other.meter.id === counter.meter.id && addsUp(other, counter));
    if (rate !== undefined) found.push(await agreement(reader, plant, counter, rate, span));
  }
  return found;
}

function addsUp(rate: Channel, counter: Channel): boolean {
  const amount = rate.kind === 'rate' ? amountUnitOf(rate.unit) : null;
  return amount !== null && isConvertible(amount, counter.unit);
}

async function agreement(reader: StoreReader, plant: Plant, counter: Channel, rate: Channel, span: Span): Promise<MeterAgreement> {
  const { fromMs, toMs } = span;
  const partials = await reader.partials([specOf(counter, plant.offsetMinutes), specOf(rate, plant.offsetMinutes)], fromMs, toMs);
  const [ofCounter, ofRate] = [counter, rate].map((channel) => ratioSpans(channel, span, plant.offsetMinutes).at(-1)?.ratio ?? 1) as [
    number,
    number,
  ];
  const perHour = convert(amountPerHour(rate.unit), amountUnitOf(rate.unit) as string, counter.unit);
  const own = (id: string) => [...(partials.get(id) ?? [])].filter(({ hourMs }) => hourMs >= fromMs && hourMs < toMs);
  const { hours, ...result } = agreementOf(own(counter.id), own(rate.id), {
    unitPerRateHour: (perHour * ofRate) / ofCounter,
    resolution: counter.meter.resolution ?? counter.read?.scale ?? 0,
    tolerance: TOLERANCE,
    declared: [ofCounter, ofRate, ofRate / ofCounter],
  });
  const spoken = hours.map(({ hourMs, ...hour }) => ({ hour: formatInstant(hourMs, plant.offsetMinutes), ...hour }));
  return { counter: counter.id, rate: rate.id, unit: counter.unit, ...result, hours: spoken };
}
