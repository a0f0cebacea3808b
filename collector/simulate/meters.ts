import { amountPerHour, amountUnitOf, convert } from '../../config/measures/units.ts';
import type { Channel, Plant } from '../../config/plant/plant.ts';
import type { Meter } from '../../config/plant/schema.ts';
import { instantMs } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';
import { normalOf, uniformOf } from './chance.ts';
import type { Truth } from './truth.ts';

/** The meters of a simulated plant: what each register says at a time. A pure function of seed and time. */
export interface SimulatedMeters {
  readonly plant: Plant;
  readonly truth: Truth;
  /** Channels that have a truth to read, in the order of the plant file. */
  readonly channels: readonly Channel[];
  /**
   * The decoded register: before display, CT, PT and factor, in the unit on the face.
   *
   * @throws RangeError for a channel that is not simulated.
   */
  readingAt(channel: string, timeMs: number): number;
  /** Constant error of a meter: calibration (drawn from its class) and declared bias; relative, and in the unit on the face. */
  errorOf(meter: string): { readonly relative: number; readonly absolute: number };
}

/** Noise of one reading as a share of the maximum permissible error. */
const NOISE_SHARE = 1 / 3;

type Reader = (timeMs: number) => number;

/**
 * Meters in front of the truth. A calibration error is drawn from N(0, MPE/√3) once for a seed and meter, a declared bias is added;
 * rates, levels and concentrations have noise besides, hashed from seed, channel and time. Counters rise by truth × (1 + error).
 *
 * @throws Fault where a channel that is read has nothing to read.
 */
export function metersOf(plant: Plant, truth: Truth): SimulatedMeters {
  const errorOf = (id: string) => errorOfMeter(plant, truth, id);
  const readers = new Map<string, Reader>();
  const channels: Channel[] = [];
  for (const channel of plant.channels.values()) {
    const reader = readerOf(plant, truth, channel, errorOf(channel.meter.id));
    if (reader === null && channel.read !== undefined) throw nothingToRead(channel.id, truth.simulation.placeOf(['shares']));
    if (reader === null) continue;
    readers.set(channel.id, reader);
    channels.push(channel);
  }
  return {
    plant,
    truth,
    channels,
    errorOf,
    readingAt(channel, timeMs) {
      const reader = readers.get(channel);
      if (reader === undefined) throw new RangeError(`channel ${channel} is not simulated`);
      return reader(timeMs);
    },
  };
}

function errorOfMeter(plant: Plant, truth: Truth, id: string): { relative: number; absolute: number } {
  const meter = plant.meters.get(id) as Meter;
  const { accuracy } = meter;
  const draw = normalOf(truth.seed, 'calibration', id) / Math.sqrt(3);
  const bias = (truth.simulation.file.biases[id] ?? 0) / 100;
  if (accuracy === undefined) return { relative: bias, absolute: 0 };
  if ('percentOfReading' in accuracy) return { relative: bias + (draw * accuracy.percentOfReading) / 100, absolute: 0 };
  return { relative: bias, absolute: draw * permissible(meter) };
}

/** Maximum permissible error in the unit on the face, where the class states it so; 0 for classes in % of reading. */
function permissible({ accuracy, range }: Meter): number {
  if (accuracy === undefined || 'percentOfReading' in accuracy) return 0;
  if ('absolute' in accuracy) return accuracy.absolute;
  return range === undefined ? 0 : (accuracy.percentOfSpan / 100) * (range[1] - range[0]);
}

function readerOf(plant: Plant, truth: Truth, channel: Channel, error: { relative: number; absolute: number }): Reader | null {
  const { meter } = channel;
  const noisy = (value: number, timeMs: number) => {
    const share = meter.accuracy && 'percentOfReading' in meter.accuracy ? meter.accuracy.percentOfReading / 100 : 0;
    const noise = NOISE_SHARE * normalOf(truth.seed, 'noise', channel.id, timeMs) * (value * share + permissible(meter));
    return clamped(channel, value * (1 + error.relative) + error.absolute + noise);
  };
  const concentration = truth.simulation.file.concentrations[channel.id];
  if (concentration !== undefined) return (timeMs) => noisy(concentration, timeMs);
  const stock = plant.file.stocks.find((item) => item.meter === channel.id);
  if (stock) {
    const gauge = truth.gaugeOf(stock.id);
    return (timeMs) => noisy(gauge.readingAt(truth.trueStock(stock.id, timeMs)), timeMs);
  }
  const shares = sharesOf(plant, truth, channel);
  if (shares.length === 0) return null;
  if (channel.kind === 'counter') return counterReader(plant, truth, channel, shares, error.relative);
  if (channel.kind !== 'rate') return null;
  const amount = amountUnitOf(channel.unit) as string;
  const parts = shares.map(({ id, share, unit }) => ({ id, factor: convert(share, unit, amount) / amountPerHour(channel.unit) }));
  return (timeMs) =>
    noisy(
      parts.reduce((sum, { id, factor }) => sum + factor * truth.trueRate(id, timeMs), 0),
      timeMs,
    );
}

/** Total since the start, through the ratios of its time, from a start value that seed and meter give, within the modulus. */
function counterReader(plant: Plant, truth: Truth, channel: Channel, shares: readonly Share[], relative: number): Reader {
  const steps = channel.meter.ratios
    .map((ratio) => ({ fromMs: instantMs(ratio.from, plant.offsetMinutes), ratio: ratioOf(ratio) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const spans = steps.length === 0 ? [{ fromMs: Number.NEGATIVE_INFINITY, ratio: 1 }] : steps;
  const { modulus } = channel;
  const start = (modulus ?? 1000) * 0.5 * uniformOf(truth.seed, 'start', channel.id);
  const stepsPerUnit = channel.meter.resolution === undefined ? null : 1 / channel.meter.resolution;
  const parts = shares.map(({ id, share, unit }) => ({ id, factor: convert(share, unit, channel.unit) * (1 + relative) }));
  return (timeMs) => {
    let reading = start;
    for (const [index, { fromMs, ratio }] of spans.entries()) {
      const begin = index === 0 ? truth.sinceMs : Math.max(truth.sinceMs, fromMs);
      const end = Math.min(timeMs, spans[index + 1]?.fromMs ?? timeMs);
      if (end <= begin && begin !== truth.sinceMs) continue;
      for (const { id, factor } of parts) reading += (factor * truth.trueTotal(id, begin, end)) / ratio;
    }
    const within = modulus === undefined ? reading : reading - Math.floor(reading / modulus) * modulus;
    return stepsPerUnit === null ? within : Math.floor(within * stepsPerUnit) / stepsPerUnit;
  };
}

/** Primary quantity per unit of the register. */
function ratioOf({ display, ct, pt, factor }: Meter['ratios'][number]): number {
  const quotient = (text: string | undefined) => {
    const [over, under] = (text ?? '1/1').split('/').map(Number);
    return (over as number) / (under ?? 1);
  };
  return display * quotient(ct) * quotient(pt) * factor;
}

interface Share {
  readonly id: string;
  readonly share: number;
  readonly unit: string;
}

/** Streams that a channel reads: those of the simulation file, or those whose amount is by its meter. */
function sharesOf(plant: Plant, truth: Truth, channel: Channel): Share[] {
  const unitOf = (id: string) => plant.media.get(plant.streams.get(id)?.medium ?? '')?.unit;
  const given = truth.simulation.file.shares[channel.id] ?? truth.simulation.file.shares[channel.meter.id];
  if (given) {
    return Object.entries(given).map(([id, share]) => {
      const unit = unitOf(id);
      if (unit === undefined) throw nothingToRead(id, truth.simulation.placeOf(['shares', channel.id]));
      return { id, share, unit };
    });
  }
  const reads = (id: string | undefined) => id !== undefined && plant.channels.get(id)?.meter.id === channel.meter.id;
  const mainOf = (point: string | undefined) => plant.points.get(point ?? '')?.meters.find(({ role }) => role === 'main')?.meter;
  const stream = plant.file.streams.find(({ amount }) => amount.by === 'meter' && (reads(amount.meter) || reads(mainOf(amount.point))));
  return stream ? [{ id: stream.id, share: 1, unit: unitOf(stream.id) as string }] : [];
}

function clamped({ range, kind }: Channel, value: number): number {
  const [low, high] = range ?? [kind === 'rate' ? Number.NEGATIVE_INFINITY : 0, Number.POSITIVE_INFINITY];
  return Math.min(Math.max(value, low), high);
}

function nothingToRead(channel: string, place: string): Fault {
  return new Fault({
    code: 'simulation.nothing-to-read',
    place,
    zh: `模拟不知道 ${channel} 读什么；请在 shares 中给出，或让一条物流以它计量`,
    en: `the simulation does not know what ${channel} reads; name it in shares, or let a stream be metered by it`,
  });
}
