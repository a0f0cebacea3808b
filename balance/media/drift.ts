import type { StoreReader } from '../../collector/stores/store.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { type DriftReport, monitorDrift } from '../network/drift-monitor.ts';
import type { Problem } from '../network/problem.ts';
import { ProblemError } from '../network/problem-error.ts';
import { type Window, windowOf } from '../window/window.ts';
import { computeBalances } from './compute.ts';
import type { BalanceReport, BalanceStream } from './result.ts';

/** What successive windows say of one balance of the plant. */
export interface BalanceDrift {
  readonly id: string;
  readonly unit: string;
  /** null where the windows cannot be compared; `remark` says why. */
  readonly drift: DriftReport | null;
  readonly remark?: { readonly zh: string; readonly en: string };
}

/** What `balance PLANT --drift` prints. */
export interface PlantDrift {
  readonly plant: string;
  readonly windows: readonly { readonly from: string; readonly to: string }[];
  readonly balances: readonly BalanceDrift[];
}

/** Parts of a budget that are drawn anew in each window; every other one (calibration, content, installation, …) stays what it is. */
const ANEW = /^(resolution|noise|interpolation|missing)\b/;
/** The least share of a variance that is taken as random: what nothing is known of moves a little. */
const LEAST_SHARE = 1e-4;
const FEWEST_WINDOWS = 3;

/**
 * Drift or fault of meters over successive windows of equal length that end at `end`: the same balances solved for each window, and what
 * changed between them beyond what is drawn anew. A calibration error is in all of them and is no drift.
 *
 * @throws RangeError for fewer than three windows; Fault as `computeBalances`
 */
export async function driftOf(plant: Plant, reader: StoreReader, end: Window, hours: number, count: number): Promise<PlantDrift> {
  if (!(count >= FEWEST_WINDOWS)) throw new RangeError(`drift needs at least ${FEWEST_WINDOWS} windows`);
  const spanMs = hours * 3_600_000;
  const windows = Array.from({ length: count }, (_, k) => windowOf(end.toMs - (count - k) * spanMs, end.toMs - (count - k - 1) * spanMs));
  const problems = new Map<string, Problem[]>();
  const reports: BalanceReport[] = [];
  for (const window of windows) {
    const seen = (balance: string, problem: Problem) => problems.set(balance, [...(problems.get(balance) ?? []), problem]);
    reports.push(await computeBalances(plant, reader, window, null, seen));
  }
  const balances = [...plant.balances.values()].map(({ id, unit }): BalanceDrift => {
    const own = problems.get(id) ?? [];
    const streams = reports.at(-1)!.balances.find((one) => one.id === id)?.streams ?? [];
    return { id, unit, ...compared(own, count, streams) };
  });
  const at = (timeMs: number) => formatInstant(timeMs, plant.offsetMinutes);
  return { plant: plant.id, windows: windows.map(({ fromMs, toMs }) => ({ from: at(fromMs), to: at(toMs) })), balances };
}

function compared(problems: readonly Problem[], count: number, streams: readonly BalanceStream[]): Omit<BalanceDrift, 'id' | 'unit'> {
  const shape = ({ streams }: Problem) => streams.map(({ id, measured }) => `${id}${measured === null ? '?' : ''}`).join();
  const last = problems.at(-1);
  if (last === undefined || problems.length < count || problems.some((one) => shape(one) !== shape(last))) {
    const remark = {
      zh: '各窗口计量的物流不同，或没有可协调的网络，无法比较',
      en: 'the windows do not measure the same streams, or there is no network to reconcile: they cannot be compared',
    };
    return { drift: null, remark };
  }
  const share = new Map(streams.map(({ id, budget }) => [id, shareOf(budget)]));
  const values = problems.map((problem) => Float64Array.from(problem.streams, ({ measured }) => measured ?? Number.NaN));
  const randomShare = Float64Array.from(last.streams, ({ id }, s) => {
    const own = share.get(id) ?? 1;
    // a calibration error in per cent grows with the load: what the load moves, it moves as well
    return Math.min(1, Math.max(LEAST_SHARE, own + (1 - own) * relativeVariance(values.map((row) => row[s]!))));
  });
  try {
    return { drift: monitorDrift(last, values, { randomShare }) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [defect] = error.defects;
    return { drift: null, remark: { zh: defect!.zh, en: defect!.en } };
  }
}

/** Variance ÷ mean²; 1 where the mean is none, 0 for what is unmeasured. */
function relativeVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (Number.isNaN(mean)) return 0;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return mean === 0 ? 1 : variance / mean ** 2;
}

/** Share of the variance that a budget draws anew in each window. */
function shareOf(budget: BalanceStream['budget']): number {
  const sum = (parts: BalanceStream['budget']) => parts.reduce((total, { u }) => total + u * u, 0);
  const all = sum(budget);
  return all > 0 ? Math.min(1, sum(budget.filter(({ name }) => ANEW.test(name))) / all) : 0;
}
