import { stat } from 'node:fs/promises';
import type { BalanceReport, Verdict } from '../balance/media/result.ts';
import type { CoverageReport, CoverageVerdict } from '../collector/coverage/result.ts';
import { readDailyRoots } from '../collector/journal/roots.ts';
import { connectReader, socketPath } from '../collector/stores/duckdb/socket.ts';
import { databasePath, openRemoteStore, openStores } from '../collector/stores/open.ts';
import type { Result, Results } from '../collector/stores/results.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { say } from './output.ts';

/** Verdicts as the stores number them, from 0. The order never changes. */
export const BALANCE_VERDICTS = [
  'closed',
  'closed-blind',
  'open-not-significant',
  'open-significant',
  'closed-with-detectable-bias',
  'by-difference',
  'incomplete',
] as const satisfies readonly Verdict[];
export const COVERAGE_VERDICTS = [
  'pass',
  'fail',
  'no-requirement',
  'not-applicable',
  'needs-office-value',
] as const satisfies readonly CoverageVerdict[];

const number = (value: number | null | undefined): number => value ?? Number.NaN;

/** The balances of a report and their streams, as the stores keep them. */
export function balanceResults(report: BalanceReport, offsetMinutes: number): Result[] {
  const timeMs = instantMs(report.window.from, offsetMinutes);
  const common = { hours: String(report.window.hours), revision: String(report.revision) };
  return report.balances.flatMap((balance): Result[] => {
    const { id, kind, boundary, unit, streams, verdict, imbalance, u, U, closurePercent } = balance;
    const numbers = { imbalance: number(imbalance), u: number(u), U: number(U), closurePercent: number(closurePercent) };
    return [
      {
        measurement: 'balance',
        timeMs,
        tags: { balance: id, kind, boundary, unit, ...common },
        fields: {
          in: balance.in,
          out: balance.out,
          stockChange: balance.stockChange,
          ...numbers,
          verdict: BALANCE_VERDICTS.indexOf(verdict),
        },
      },
      ...streams.map(
        (stream): Result => ({
          measurement: 'stream',
          timeMs,
          tags: { balance: id, boundary, stream: stream.id, unit: stream.unit, ...common },
          fields: {
            total: number(stream.total),
            u: number(stream.u),
            reconciled: number(stream.reconciled),
            coverageOfTime: number(stream.coverageOfTime),
            coverageOfQuantity: number(stream.coverageOfQuantity),
          },
        }),
      ),
    ];
  });
}

/** The cells of a coverage table, at the instant judged. */
export function coverageResults(report: CoverageReport, offsetMinutes: number): Result[] {
  const timeMs = instantMs(report.at, offsetMinutes);
  return report.cells.map((cell) => ({
    measurement: 'coverage',
    timeMs,
    tags: { kind: cell.kind, level: String(cell.level), rule: cell.rule },
    fields: {
      required: cell.required,
      fitted: cell.fitted,
      exempt: cell.exempt,
      usable: cell.usable,
      delivering: number(cell.delivering),
      ratio: number(cell.ratio),
      threshold: number(cell.threshold),
      verdict: COVERAGE_VERDICTS.indexOf(cell.verdict),
    },
  }));
}

/** Older ones were written when they were new. */
const ROOTS = 62;

/** The journal's daily roots of two months, each at the start of its day. */
export async function rootResults(plant: Plant): Promise<Result[]> {
  return (await readDailyRoots(plant.dataDir)).slice(-ROOTS).map(({ day, seq, sha256 }) => ({
    measurement: 'root',
    timeMs: instantMs(day, plant.offsetMinutes),
    tags: { sha256 },
    fields: { seq },
  }));
}

/**
 * Writes results into every store of a plant, whoever owns the local one. A store that is away is named and left out: the same results can
 * be computed again from the journal.
 */
export async function keepResults(plant: Plant, results: readonly Result[]): Promise<void> {
  for (const definition of plant.file.stores) {
    const { engine } = definition;
    if (engine === 'mqtt') continue;
    try {
      if (engine === 'duckdb') await inLocal(plant, results);
      else {
        const store = await openRemoteStore(plant, definition);
        await store.results?.write(results).finally(() => store.close());
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(`${engine}：结果未能写入：${why}`, `${engine}: the results could not be written: ${why}`);
    }
  }
}

/** Writes results into stores that this process owns; one that is away is left out. */
export async function keepInStores(stores: readonly Store[], results: readonly Result[]): Promise<void> {
  await Promise.all(stores.map((store) => store.results?.write(results).catch(() => undefined)));
}

/** Where there is no file yet there is nothing to put results beside. */
async function inLocal(plant: Plant, results: readonly Result[]): Promise<void> {
  const owner = await connectReader(await socketPath(plant.dataDir));
  if (owner !== null) return owner.results.write(results).finally(() => owner.close());
  if ((await stat(databasePath(plant)).catch(() => null)) === null) return;
  const local = plant.file.stores.filter(({ engine }) => engine === 'duckdb').slice(0, 1);
  const [store] = await openStores({ ...plant, file: { ...plant.file, stores: local } }, { owner: true });
  const kept: Results | undefined = store!.results;
  await kept?.write(results).finally(() => store!.close());
}
