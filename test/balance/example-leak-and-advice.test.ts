/** On the example plant: a leak switched on, and the meter that the advice asks for. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { BalanceResult } from '../../balance/media/result.ts';
import type { Suspect } from '../../balance/network/problem.ts';
import { loadSimulationFile, type PlacedSimulation, withLeaks } from '../../collector/simulate/schema.ts';
import { plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { example, hourly, type Run, runOf, wholePlant, window } from './simulated-example.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => 5000 + index);
const FEW = SEEDS.slice(0, 15);
const BIASED = 'clear-main';
/** Where the leak of the simulation file is, and its 15 m3/h over 72 h. */
const LEAKING = 'DIST';
const LEAKED = 15 * 72;

/** `simulation` without its biased meter. */
const unbiased = (simulation: PlacedSimulation): PlacedSimulation => ({ ...simulation, file: { ...simulation.file, biases: {} } });

async function runs(plant: Plant, simulation: PlacedSimulation, seeds = SEEDS, real = plant): Promise<Run[]> {
  const done: Run[] = [];
  for (const seed of seeds) done.push(await runOf(plant, simulation, seed, real));
  return done;
}

const share = (all: readonly Run[], test: (balance: BalanceResult) => boolean) =>
  all.filter(({ report }) => test(wholePlant(report, 'water'))).length / all.length;

const covers = ({ magnitude, magnitudeSigma }: Suspect, truth: number) => Math.abs(magnitude - truth) <= 1.96 * magnitudeSigma!;

describe(`a burst pipe that no meter reads, ${SEEDS.length} times`, () => {
  let leaking: Run[];
  beforeAll(async () => {
    const plant = hourly(example());
    leaking = await runs(plant, unbiased(withLeaks(loadSimulationFile(plant), ['burst'])));
  }, 200_000);

  it('is named at its node with its size, together with the estimate of losses there, from which nothing can tell it', () => {
    let covered = 0;
    const named = share(leaking, ({ suspects }) => {
      const first = suspects.filter(({ step }) => step === 1);
      const leak = first.find(({ kind }) => kind === 'leak');
      if (leak?.ids.join() !== LEAKING || !first.find(({ kind }) => kind === 'bias')?.ids.includes('leak')) return false;
      if (covers(leak, LEAKED)) covered++;
      return true;
    });
    expect(named).toBeGreaterThan(0.95);
    // 30 draws at 95 %: three standard errors
    expect(covered / leaking.length).toBeGreaterThan(0.83);
  });

  it('opens the balance of its node, and no other node but by chance', () => {
    const open = (boundary: string) =>
      leaking.filter(({ report }) => {
        const { imbalance, U } = report.balances.find((b) => b.id === 'water' && b.boundary === boundary)!;
        return Math.abs(imbalance!) > U!;
      }).length / leaking.length;
    expect(open(LEAKING)).toBeGreaterThan(0.97);
    for (const boundary of ['SAP', 'THERMAL', 'INTAKE', 'TREAT', 'DEMIN']) expect(open(boundary)).toBeLessThan(0.15);
  });

  it('where no estimate of losses stands, is told from every bias', async () => {
    const plant = hourly(example());
    const { file, placeOf } = loadSimulationFile(plant);
    const leaks = { sludge: { at: 'TREAT', medium: 'fresh-water', mean: 15, wander: [], on: true } };
    const told = share(await runs(plant, unbiased({ file: { ...file, leaks }, placeOf }), FEW), ({ suspects }) => {
      const first = suspects.filter(({ step }) => step === 1);
      return (
        first.length === 1 &&
        first[0]!.kind === 'leak' &&
        first[0]!.ids.join() === 'TREAT' &&
        first[0]!.alternatives!.every(({ rejected }) => rejected)
      );
    });
    expect(told).toBeGreaterThan(0.9);
  }, 200_000);

  it('beside the biased meter: both are named', async () => {
    const plant = hourly(example());
    const both = await runs(plant, withLeaks(loadSimulationFile(plant), ['burst']), FEW);
    const named = share(both, ({ suspects }) => {
      const ids = suspects.flatMap((s) => [...s.ids, ...(s.alternatives ?? []).filter(({ rejected }) => !rejected).flatMap((a) => a.ids)]);
      return ids.includes(BIASED) && ids.includes(LEAKING);
    });
    expect(named).toBeGreaterThan(0.9);
  }, 200_000);
});

describe('the meter that the advice asks for, once it is fitted', () => {
  it('does what was promised', async () => {
    const plant = hourly(example());
    const simulation = unbiased(loadSimulationFile(plant));
    const before = await runs(plant, simulation);
    const [best] = wholePlant(before[0]!.report, 'water').advice!.meters;
    const { relative, fitted } = withMeter(plant, best!.stream, best!.u, wholePlant(before[0]!.report, 'water'));
    const after = await runs(fitted, simulation, SEEDS, plant);
    expect(relative).toBeGreaterThan(0);
    const meanSquare = (all: readonly Run[], id: string, over: (balance: BalanceResult) => number) =>
      all.reduce((sum, { report, truth }) => {
        const balance = wholePlant(report, 'water');
        const { reconciled } = balance.streams.find((one) => one.id === id)!;
        return sum + ((reconciled! - truth.trueTotal(id, window.fromMs, window.toMs) * truth.contentOf(id, 'water')) / over(balance)) ** 2;
      }, 0) / all.length;
    expect(best!.streams.length).toBeGreaterThan(0);
    for (const promised of best!.streams) {
      // what is stated with the meter in place is what was promised
      for (const { report } of after) {
        const { reconciledU } = wholePlant(report, 'water').streams.find(({ id }) => id === promised.id)!;
        expect.soft(reconciledU! / promised.after, promised.id).toBeGreaterThan(0.93);
        expect.soft(reconciledU! / promised.after, promised.id).toBeLessThan(1.07);
      }
      // and the errors are of that size: 30 squares scatter by √(2 ÷ 30), more than twice that is allowed
      expect.soft(Math.sqrt(meanSquare(after, promised.id, () => promised.after)), promised.id).toBeGreaterThan(0.7);
      expect.soft(Math.sqrt(meanSquare(after, promised.id, () => promised.after)), promised.id).toBeLessThan(1.3);
    }
    const { id, before: without, after: with_ } = best!.streams.find((one) => one.id === best!.stream)!;
    if (without !== null) {
      const gain = Math.sqrt(meanSquare(after, id, () => 1) / meanSquare(before, id, () => 1));
      expect(gain / (with_ / without)).toBeGreaterThan(0.65);
      expect(gain / (with_ / without)).toBeLessThan(1.5);
    }
  }, 300_000);
});

/** The plant with a counter on a stream whose calibration gives the uncertainty `u` that the advice took. */
function withMeter(plant: Plant, stream: string, u: number, { streams }: BalanceResult): { relative: number; fitted: Plant } {
  const { reconciled } = streams.find(({ id }) => id === stream)!;
  const relative = (100 * u * Math.sqrt(3)) / reconciled!;
  const like = plant.file.meters.find(({ id }) => id === 'FT-5001')!;
  const { read: _, ...unread } = like;
  const meter = { ...unread, id: 'NEW-METER', accuracy: { class: 'as promised', percentOfReading: relative }, channels: {} };
  const fitted = plantOf(
    {
      ...plant.file,
      meters: [...plant.file.meters, meter],
      streams: plant.file.streams.map((one) => (one.id === stream ? { ...one, amount: { by: 'meter', meter: meter.id } } : one)),
    },
    plant.path,
  );
  return { relative, fitted };
}
