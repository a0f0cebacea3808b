import { amountPerHour, amountUnitOf, convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Medium, Stream } from '../../config/plant/schema.ts';
import { instantMs } from '../../config/plant/time.ts';
import { Fault, Faults } from '../../config/words/fault.ts';
import { normalOf } from './chance.ts';
import { contentOfMedium, trueContent, trueFactor } from './contents.ts';
import { type Driver, driverOf, rateOf, totalOf } from './drivers.ts';
import { type Gauge, gaugeOf } from './gauge.ts';
import type { PlacedSimulation } from './schema.ts';
import { solve } from './solve.ts';

/**
 * What is true of a simulated plant: a pure function of seed and time.
 *
 * Every stream and every stock change is a linear combination of drivers, so that mass, water, energy and the pollutant are conserved
 * at every unit at every moment, and totals are closed integrals. Amounts are in the unit of the medium.
 */
export interface Truth {
  readonly seed: number;
  readonly sinceMs: number;
  readonly simulation: PlacedSimulation;
  /** Amount per hour; a stock id gives its change per hour. Throws RangeError for another id. */
  trueRate(id: string, timeMs: number): number;
  /** Amount that passes from `fromMs` to `toMs`; a stock id gives its change. */
  trueTotal(id: string, fromMs: number, toMs: number): number;
  /** Amount that a stock holds, in the unit of its medium. */
  trueStock(id: string, timeMs: number): number;
  /** What one unit of a stream or stock holds in the unit of a balance. */
  contentOf(id: string, balance: string): number;
  /** What a stock's gauge truly reads of what is there, and back. */
  gaugeOf(stock: string): Gauge;
}

/**
 * Puts the truth of a plant together: drivers, the streams that follow them, and those that conservation determines.
 *
 * @throws Faults where a stream is given twice or not at all, or where conservation leaves one open.
 */
export function truthOf(plant: Plant, simulation: PlacedSimulation, seed = simulation.file.seed): Truth {
  const { file } = simulation;
  const sinceMs = instantMs(file.since, plant.offsetMinutes);
  const [drivers, ids] = [[] as Driver[], [...plant.streams.keys(), ...plant.stocks.keys()]];
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const contentOf = (id: string, balance: string): number => {
    const stream = plant.streams.get(id);
    if (stream) return trueContent(plant, seed, file.concentrations, stream, balance);
    return contentOfMedium(seed, plant.media.get(plant.stocks.get(id)?.medium ?? '') as Medium, balance);
  };
  const faults: Fault[] = [];
  const given = new Map<string, { row: Float64Array; driver: Driver | null }>();
  const give = (id: string, path: readonly (string | number)[], row: Float64Array, driver: Driver | null) => {
    const place = path.length > 0 ? simulation.placeOf(path) : plant.path;
    if (!indexOf.has(id)) faults.push(unknown(id, place));
    else if (given.has(id)) faults.push(twice(id, place));
    else given.set(id, { row, driver });
  };
  // what leaves a unit unseen: a driver that the conserved balances of the unit lose
  const leaks = Object.entries(file.leaks).flatMap(([id, leak]) => (leak.on ? [{ id, ...leak, felt: [] as [string, number][] }] : []));
  const rowOf = (shares: Readonly<Record<string, number>>, path: readonly (string | number)[]): Float64Array => {
    const row = new Float64Array(ids.length);
    for (const [id, share] of Object.entries(shares)) {
      const index = indexOf.get(id);
      if (index === undefined) faults.push(unknown(id, simulation.placeOf([...path, id])));
      else row[index]! += share;
    }
    return row;
  };

  for (const [id, { mean, wander }] of Object.entries(file.drive)) {
    give(id, ['drive', id], rowOf({ [id]: 1 }, ['drive', id]), driverOf(seed, id, mean, wander));
  }
  for (const [id, { wander }] of Object.entries(file.stocks)) {
    give(id, ['stocks', id], rowOf({ [id]: 1 }, ['stocks', id]), driverOf(seed, id, 0, wander));
  }
  for (const [id, shares] of Object.entries(file.follow)) {
    const row = rowOf(shares, ['follow', id]).map((share) => -share);
    if (indexOf.has(id)) row[indexOf.get(id)!]! += 1;
    give(id, ['follow', id], row, null);
  }
  for (const stream of plant.streams.values()) {
    const assumed = assumedDriver(plant, seed, stream);
    if (assumed !== null) give(stream.id, [], rowOf({ [stream.id]: 1 }, []), assumed);
    if (stream.amount.by === 'derived') {
      const factor = trueFactor(seed, `${stream.id}/derived`, stream.amount.factor);
      give(stream.id, [], rowOf({ [stream.id]: 1, [stream.amount.stream]: -factor }, []), null);
    }
  }
  for (const [index, { at, in: balance, by }] of file.conserve.entries()) {
    const row = new Float64Array(ids.length);
    if (!plant.units.has(at)) faults.push(unknown(at, simulation.placeOf(['conserve', index, 'at'])));
    if (!plant.balances.has(balance)) faults.push(unknown(balance, simulation.placeOf(['conserve', index, 'in'])));
    for (const { id, from, to } of plant.streams.values()) {
      if (from === at) row[indexOf.get(id)!]! -= contentOf(id, balance);
      if (to === at) row[indexOf.get(id)!]! += contentOf(id, balance);
    }
    for (const { id, unit } of plant.stocks.values()) if (unit === at) row[indexOf.get(id)!]! -= contentOf(id, balance);
    give(by, ['conserve', index, 'by'], row, null);
    for (const leak of leaks) if (leak.at === at) leak.felt.push([by, leakContent(plant, seed, leak.medium, balance)]);
  }
  for (const { id, felt } of leaks)
    if (felt.every(([, content]) => content === 0)) faults.push(unfelt(id, simulation.placeOf(['leaks', id])));
  for (const id of ids) if (!given.has(id)) faults.push(absent(id, simulation.placeOf([])));
  if (faults.length > 0) throw new Faults(faults);

  const equations = ids.map((id) => given.get(id)!);
  for (const { driver } of equations) if (driver !== null) drivers.push(driver);
  const own = drivers.length;
  for (const { id, mean, wander } of leaks) drivers.push(driverOf(seed, id, mean, wander));
  let next = 0;
  const right = equations.map(({ driver }) => {
    const row = new Float64Array(drivers.length);
    if (driver !== null) row[next++] = 1;
    return row;
  });
  // in − out − stock change = what leaks
  for (const [k, { felt }] of leaks.entries()) for (const [by, content] of felt) right[indexOf.get(by)!]![own + k]! += content;
  const combinations = solve(
    equations.map(({ row }) => row),
    right,
  );
  if (typeof combinations === 'number') throw open(ids[combinations]!, simulation.placeOf(['conserve']));

  const of = (id: string, amounts: Float64Array): number => {
    const index = indexOf.get(id);
    if (index === undefined) throw new RangeError(`no stream or stock ${id}`);
    const shares = combinations[index] as Float64Array;
    let sum = 0;
    for (let k = 0; k < shares.length; k++) sum += (shares[k] as number) * (amounts[k] as number);
    return sum;
  };
  const rates = remembered((timeMs) => Float64Array.from(drivers, (driver) => rateOf(driver, timeMs)));
  const sums = remembered((timeMs) => Float64Array.from(drivers, (driver) => totalOf(driver, sinceMs, timeMs)));
  const gauges = new Map(
    [...plant.stocks.values()].map((stock) => {
      const { temperature } = stock.density ?? {};
      const degC = temperature && 'meter' in temperature ? file.concentrations[temperature.meter] : undefined;
      return [stock.id, gaugeOf(plant, stock, trueFactor(seed, `${stock.id}/perUnit`, stock.perUnit), degC)] as const;
    }),
  );
  const gauge = (stock: string): Gauge => {
    const found = gauges.get(stock);
    if (found === undefined) throw new RangeError(`no stock ${stock}`);
    return found;
  };
  const trueTotal = (id: string, fromMs: number, toMs: number) => of(id, sums(toMs)) - of(id, sums(fromMs));
  return {
    seed,
    sinceMs,
    simulation,
    contentOf,
    gaugeOf: gauge,
    trueRate: (id, timeMs) => of(id, rates(timeMs)),
    trueTotal,
    trueStock: (id, timeMs) => gauge(id).amountAt(file.stocks[id]?.start ?? 0) + of(id, sums(timeMs)),
  };
}

/** What one unit of a leaking medium holds in the unit of a balance. */
function leakContent(plant: Plant, seed: number, medium: string, balance: string): number {
  const found = plant.media.get(medium);
  return found === undefined ? 0 : contentOfMedium(seed, found, balance);
}

/** An estimate or design value is truly constant and off by a draw from its standard uncertainty. */
function assumedDriver(plant: Plant, seed: number, { id, amount, medium }: Stream): Driver | null {
  if (amount.by !== 'estimate' && amount.by !== 'design' && amount.by !== 'analysis') return null;
  const drawn = amount.value + amount.u * normalOf(seed, 'amount', id);
  const perHour = convert(drawn * amountPerHour(amount.unit), amountUnitOf(amount.unit) as string, plant.media.get(medium)!.unit);
  return { mean: perHour, waves: [] };
}

/** Remembers the last few times asked for: all channels are read at the same ones. */
function remembered(compute: (timeMs: number) => Float64Array): (timeMs: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (timeMs) => {
    let value = known.get(timeMs);
    if (value === undefined) {
      value = compute(timeMs);
      if (known.size >= 16) known.delete(known.keys().next().value as number);
      known.set(timeMs, value);
    }
    return value;
  };
}

function unknown(id: string, place: string): Fault {
  return new Fault({ code: 'simulation.unknown', place, zh: `企业文件中没有“${id}”`, en: `the plant file has no "${id}"` });
}

function twice(id: string, place: string): Fault {
  return new Fault({ code: 'simulation.twice', place, zh: `“${id}”的真值给了两次`, en: `the truth of "${id}" is given twice` });
}

function absent(id: string, place: string): Fault {
  return new Fault({
    code: 'simulation.absent-stream',
    place,
    zh: `没有“${id}”的真值；请写入 drive、follow、stocks 或 conserve`,
    en: `nothing says what "${id}" truly is; add it to drive, follow, stocks or conserve`,
  });
}

function unfelt(id: string, place: string): Fault {
  return new Fault({
    code: 'simulation.unfelt',
    place,
    zh: `泄漏“${id}”对任何守恒方程都没有影响：请核对 at 与 medium`,
    en: `the leak "${id}" enters no conserved balance: check its at and medium`,
  });
}

function open(id: string, place: string): Fault {
  return new Fault({
    code: 'simulation.open',
    place,
    zh: `守恒方程定不出“${id}”；请换一条物流来闭合`,
    en: `conservation leaves "${id}" open; let another stream close the unit`,
  });
}
