import { amountPerHour, amountUnitOf, convert } from '../../config/measures/units.ts';
import type { Gas } from '../../config/plant/gas.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { MeteringPoint, Stream } from '../../config/plant/schema.ts';
import { instantMs } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';
import type { ChannelTotal } from '../window/channel-total.ts';
import { product, type Quantity, quantity, scaled, standardUncertainty, sum } from '../window/quantity.ts';
import { serviceIn } from '../window/service.ts';
import { hoursOf, type Window } from '../window/window.ts';
import type { MeanOf } from './content.ts';
import { ofFormula } from './formula.ts';
import { gasPerFlowingM3 } from './gas-volume.ts';
import type { StreamAmount } from './stream-amount.ts';

export type { StreamAmount } from './stream-amount.ts';

/** The total of a channel over a part of the window. */
export type TotalOf = (channel: string, span: Window) => ChannelTotal;

const UNKNOWN = { amount: null, coverageOfTime: null, coverageOfQuantity: null, notes: [] } as const;

/**
 * The amounts of all streams of the plant over the window, by stream id.
 *
 * @throws Fault `stream.derived-cycle` where streams derive from each other in a ring; unit faults as `convert` throws them.
 */
export function streamAmounts(
  plant: Plant,
  window: Window,
  totalOf: TotalOf,
  meanOf: MeanOf = () => null,
): ReadonlyMap<string, StreamAmount> {
  const done = new Map<string, StreamAmount>();
  const under = new Set<string>();
  const amountOf = (stream: Stream): StreamAmount => {
    const known = done.get(stream.id);
    if (known) return known;
    if (under.has(stream.id)) {
      throw new Fault({
        code: 'stream.derived-cycle',
        place: plant.path,
        zh: `物流 ${stream.id} 由自身推算（derived 形成环）`,
        en: `stream ${stream.id} is derived from itself`,
      });
    }
    under.add(stream.id);
    const result = served(plant, stream, window, ofStream(plant, stream, window, totalOf, meanOf, amountOf));
    done.set(stream.id, result);
    return result;
  };
  for (const stream of plant.streams.values()) amountOf(stream);
  return done;
}

function ofStream(
  plant: Plant,
  stream: Stream,
  window: Window,
  totalOf: TotalOf,
  meanOf: MeanOf,
  amountOf: (stream: Stream) => StreamAmount,
): StreamAmount {
  const unit = plant.media.get(stream.medium)!.unit;
  const { amount } = stream;
  switch (amount.by) {
    case 'meter': {
      const point = amount.point === undefined ? undefined : plant.points.get(amount.point);
      const total = point ? ofPoint(plant, point, window, totalOf) : totalOf(amount.meter ?? '', window);
      return {
        ...atReference(plant, stream, amount.gas, total, window, totalOf, meanOf),
        basis: 'metered',
        coverageOfTime: total.coverageOfTime,
        coverageOfQuantity: total.coverageOfQuantity,
      };
    }
    case 'derived': {
      const other = plant.streams.get(amount.stream)!;
      const base = amountOf(other);
      if (base.amount === null) return { ...UNKNOWN, basis: 'derived' };
      const [over = unit, per] = amount.unit.split('/');
      const step = convert(1, over, unit) / (per === undefined ? 1 : convert(1, per, plant.media.get(other.medium)!.unit));
      const factor = quantity(amount.factor.value, [[`factor ${stream.id}`, amount.factor.u]]);
      return { ...base, amount: scaled(product(base.amount, factor), step), basis: 'derived' };
    }
    case 'formula':
      return { ...ofFormula(plant, stream.id, amount, unit, amountOf), basis: 'derived' };
    case 'analysis':
    case 'estimate':
    case 'design': {
      const basis = ({ analysis: 'analysed', estimate: 'estimated', design: 'design' } as const)[amount.by];
      const held = quantity(amount.value, [[`${basis} ${stream.id}`, amount.u]]);
      return { ...UNKNOWN, amount: scaled(held, stepOf(amount.unit, unit, window)), basis };
    }
    case 'difference':
      return { ...UNKNOWN, basis: 'difference' };
    case 'unmeasured':
      return { ...UNKNOWN, basis: 'unmeasured' };
  }
}

/** A reading of a stream out of service that lies further from 0 than so many of its u is told. */
const NOTHING = 3;

/**
 * What is known of a stream's amount with the times that it is out of service: all through, it is exactly 0 whatever its meter reads; for a
 * part, what is stated per time counts for the rest of the window, and a meter's own total stands.
 */
function served(plant: Plant, { id, amount: { by }, outOfService }: Stream, window: Window, found: StreamAmount): StreamAmount {
  const { share, reasons } = serviceIn(outOfService, window, plant.offsetMinutes);
  if (reasons.length === 0) return found;
  const notes = [...found.notes, `out of service for ${(1 - share).toFixed(4)} of the window: ${reasons.join(', ')}`];
  if (share > 0) {
    const perTime = by === 'estimate' || by === 'design';
    return { ...found, amount: found.amount && perTime ? scaled(found.amount, share) : found.amount, notes };
  }
  const read = found.basis === 'metered' ? found.amount : null;
  if (read !== null && Math.abs(read.value) > NOTHING * standardUncertainty(read)) {
    const { unit } = plant.media.get(plant.streams.get(id)!.medium)!;
    notes.push(`out of service, yet its meter reads ${read.value.toPrecision(4)} ${unit}: a valve leaks or the zero is off`);
  }
  return { ...found, amount: quantity(0), basis: 'out-of-service', notes };
}

/** A total in the unit of the medium; of a gas that is compensated here by its state, of one compensated elsewhere with what it would be. */
function atReference(
  plant: Plant,
  stream: Stream,
  gas: Gas | undefined,
  total: ChannelTotal,
  window: Window,
  totalOf: TotalOf,
  meanOf: MeanOf,
): Pick<StreamAmount, 'amount' | 'notes'> {
  const unit = plant.media.get(stream.medium)!.unit;
  const { state, raw, compensated } = gas ?? {};
  const factor = state && gasPerFlowingM3(plant, state, unit, stream.id, (channel) => meanOf(channel, stream));
  const of = ({ amount, unit: counted }: ChannelTotal) =>
    amount && factor ? product(scaled(amount, convert(1, counted, 'm3')), factor) : null;
  if (compensated === 'here') {
    const amount = of(total);
    const unknown = amount === null && total.amount !== null ? ['the state of the gas is not known'] : [];
    return { amount, notes: [...total.notes, ...unknown] };
  }
  const amount = total.amount && scaled(total.amount, convert(1, total.unit, unit));
  if (raw === undefined) return { amount, notes: total.notes };
  const again = of(totalOf(raw, window));
  if (again === null || amount === null)
    return { amount, notes: [...total.notes, `compensation not recomputed: ${raw} or the state is not known`] };
  const percent = again.value === 0 ? Number.NaN : 100 * (amount.value / again.value - 1);
  const note = `compensation recomputed from ${raw}: ${again.value.toPrecision(6)} ${unit}, the meter shows ${percent.toFixed(2)} % more`;
  return { amount, notes: [...total.notes, note] };
}

/** From a stated number to the amount of the window: a rate is multiplied by its hours, an amount is what it says. */
function stepOf(stated: string, unit: string, window: Window): number {
  const amount = amountUnitOf(stated);
  return amount === null ? convert(1, stated, unit) : convert(amountPerHour(stated) * hoursOf(window), amount, unit);
}

/**
 * The total at a metering point: each main meter for the days it stood there, joined.
 *
 * Time without a main meter is filled with the mean of the rest, with an uncertainty of that whole share (rectangular from none to
 * double) and counts as not covered.
 */
function ofPoint(plant: Plant, point: MeteringPoint, window: Window, totalOf: TotalOf): ChannelTotal {
  const at = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : instantMs(text, plant.offsetMinutes));
  const spans = point.meters
    .filter(({ role }) => role === 'main')
    .map(({ meter, from, to }) => ({
      meter,
      span: { fromMs: Math.max(window.fromMs, at(from, window.fromMs)), toMs: Math.min(window.toMs, at(to, window.toMs)) },
    }))
    .filter(({ span }) => span.toMs > span.fromMs);
  const totals = spans.map(({ meter, span }) => ({ total: totalOf(meter, span), hours: hoursOf(span) }));
  const only = totals[0];
  const first = point.meters.find(({ role }) => role === 'main');
  if (only === undefined) return totalOf(first?.meter ?? '', { fromMs: window.toMs, toMs: window.toMs });
  const metered = totals.reduce((hours, entry) => hours + entry.hours, 0);
  const share = metered / hoursOf(window);
  if (totals.length === 1 && share > 1 - 1e-12) return only.total;
  const { unit } = only.total;
  const known = totals.flatMap(({ total }) => (total.amount ? [scaled(total.amount, convert(1, total.unit, unit))] : []));
  const joined = known.length === totals.length ? sum(known) : null;
  const missing = joined === null || share > 1 - 1e-12 ? quantity(0) : unmetered(joined, share, point.id);
  const weighted = (of: (total: ChannelTotal) => number) =>
    totals.reduce((total, entry) => total + of(entry.total) * entry.hours, 0) / hoursOf(window);
  return {
    channel: point.id,
    unit,
    amount: joined && sum([joined, missing]),
    coverageOfTime: weighted((total) => total.coverageOfTime),
    coverageOfQuantity: weighted((total) => total.coverageOfQuantity),
    notes: [
      ...totals.flatMap(({ total }) => total.notes),
      ...(share > 1 - 1e-12 ? [] : [`no main meter for ${(1 - share).toFixed(4)} of the window`]),
    ],
  };
}

function unmetered(joined: Quantity, share: number, point: string): Quantity {
  const added = scaled(joined, (1 - share) / share);
  return { value: added.value, parts: sum([added, quantity(0, [[`missing ${point}`, Math.abs(added.value) / Math.sqrt(3)]])]).parts };
}
