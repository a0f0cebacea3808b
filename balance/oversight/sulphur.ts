import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import type { BalanceResult } from '../media/result.ts';
import { type Contradiction, weighed } from './contradiction.ts';
import type { MonitorOversight } from './monitor.ts';

/** Mass of SO₂ that one mass of sulphur makes: M(SO₂) ÷ M(S). */
const SO2_PER_S = 64.064 / 32.06;
const SO2 = 'a21026';

/** Sulphur that one stream carried in the window. */
export interface Carried {
  readonly id: string;
  /** kg of sulphur, and its standard uncertainty. */
  readonly total: number;
  readonly u: number;
}

/**
 * The SO₂ that a monitor told against the sulphur that fuel and feed brought and that by-products, acid and ash did not carry off.
 *
 * @param monitored kg of SO₂, and its standard uncertainty. @param names of the test; `monitor` is the channel of the monitor.
 */
export function sulphurContradiction(
  names: { readonly balance: string; readonly boundary: string; readonly stream: string; readonly monitor: string },
  monitored: { readonly total: number; readonly u: number },
  brought: readonly Carried[],
  kept: readonly Carried[],
): Contradiction | null {
  const sum = (of: readonly Carried[]): number => of.reduce((total, one) => total + one.total, 0);
  const byBalance = SO2_PER_S * (sum(brought) - sum(kept));
  const parts = [{ id: names.monitor, u: monitored.u }, ...[...brought, ...kept].map(({ id, u }) => ({ id, u: SO2_PER_S * u }))].sort(
    (a, b) => b.u - a.u,
  );
  const u = Math.hypot(...parts.map((part) => part.u));
  return weighed({
    kind: 'sulphur',
    balance: names.balance,
    boundary: names.boundary,
    stream: names.stream,
    unit: 'kg',
    monitored: monitored.total,
    byBalance,
    u,
    wouldSettle: parts.slice(0, 3).map(({ id }) => id),
  });
}

/**
 * The same of an outfall whose plant file names the streams of its sulphur. Amounts come from the plant's balance of S, the discharge from the
 * monitor itself. Nothing where a stream is not known, or hours of the monitor are missing or substituted.
 */
export function sulphurOf(
  plant: Plant,
  outfall: Outfall,
  balances: readonly BalanceResult[],
  monitors: readonly MonitorOversight[],
): Contradiction[] {
  const { sulphur, unit: boundary } = outfall;
  const monitor = monitors.find(({ code }) => code === SO2);
  const mass = monitor?.mass ?? null;
  if (sulphur === undefined || monitor === undefined || mass === null || mass.hours.unknown + mass.hours.substituted > 0) return [];
  const ids = new Set(plant.file.balances.filter(({ kind, factor }) => kind === 'pollutant' && factor === 'S').map(({ id }) => id));
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id;
  const balance = balances.find((one) => ids.has(one.id) && one.boundary === root);
  if (balance === undefined) return [];
  const carried = (streams: readonly string[]): Carried[] | null => {
    const found = streams.map((id) => balance.streams.find((stream) => stream.id === id));
    if (found.some((stream) => stream === undefined || stream.total === null || stream.u === null)) return null;
    return found.map((stream) => ({
      id: stream!.id,
      total: convert(stream!.total!, balance.unit, 'kg'),
      u: convert(stream!.u!, balance.unit, 'kg'),
    }));
  };
  const [brought, kept] = [carried(sulphur.brought), carried(sulphur.kept)];
  if (brought === null || kept === null) return [];
  const total = convert(mass.measured, mass.unit, 'kg');
  const names = { balance: balance.id, boundary, stream: outfall.streams[0] ?? outfall.id, monitor: monitor.channel };
  const found = sulphurContradiction(names, { total, u: (total * sulphur.monitor.percent) / 100 }, brought, kept);
  return found === null ? [] : [found];
}
