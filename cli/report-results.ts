import { join } from 'node:path';
import { carriedIn } from '../balance/audit/carried.ts';
import { auditDepth } from '../balance/audit/depth.ts';
import { knownFacts } from '../balance/audit/known-facts.ts';
import { savingsOf } from '../balance/audit/savings.ts';
import { sheetFacts } from '../balance/audit/sheet-facts.ts';
import { computeBalances } from '../balance/media/compute.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { oversee } from '../balance/oversight/oversee.ts';
import { type CountedReader, intakeAccounts } from '../balance/report/intake-account.ts';
import { type Results, resultsOf } from '../balance/report/results.ts';
import { sampleAccounts } from '../balance/report/sample-account.ts';
import { namedSheets } from '../balance/report/score-sheets.ts';
import { driftBefore } from '../balance/report/successive.ts';
import { windowOf } from '../balance/window/window.ts';
import { coverageOf } from '../collector/coverage/coverage.ts';
import { type DailyRoot, readDailyRoots } from '../collector/journal/roots.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { loadJurisdictions, loadRules } from '../config/rules/load.ts';
import { liveFrom } from './live.ts';

const HOUR_MS = 3_600_000;

/**
 * Everything that a report of these balances shows. The same readings, plant file and rules give the same results, here and where an
 * evidence pack is verified.
 *
 * @param roots daily roots of the journal; those up to the report's head are shown
 */
export async function reportResults(
  plant: Plant,
  reader: StoreReader & CountedReader,
  balances: BalanceReport,
  roots: readonly DailyRoot[],
): Promise<Results> {
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const window = windowOf(at(balances.window.from), at(balances.window.to));
  // The window's last instant: its end is the start of the next day where it ends at midnight.
  const atMs = window.toMs - 1;
  const rules = await loadRules();
  const coverage = coverageOf(plant, rules, atMs, await liveFrom(reader, plant, atMs), carriedIn(plant, balances));
  const savings = await savingsOf(plant, (asked) => computeBalances(plant, reader, asked, null));
  const hours = { fromMs: Math.floor(window.fromMs / HOUR_MS) * HOUR_MS, toMs: Math.floor(window.toMs / HOUR_MS) * HOUR_MS };
  const monitored = plant.file.outfalls.length > 0 && hours.toMs > hours.fromMs;
  const untilDay = formatInstant(window.toMs, plant.offsetMinutes).slice(0, 10);
  const dailyRoots = roots.filter(({ day, seq }) => day <= untilDay && balances.journal !== null && seq <= balances.journal.to);
  const watched = {
    ...(savings === null ? {} : { savings }),
    ...(monitored ? { monitoring: await oversee(plant, reader, hours) } : {}),
  };
  const known = knownFacts(plant, balances, { ...watched, depth: auditDepth(coverage, balances) });
  return resultsOf(balances, coverage, {
    ...watched,
    facts: sheetFacts(rules, known),
    scoreSheets: namedSheets(rules, await loadJurisdictions()),
    drift: await driftBefore(plant, reader, window),
    samples: await sampleAccounts(plant, reader, window),
    intake: await intakeAccounts(plant, reader, window, balances.journal?.to),
    meters: metersOf(plant),
    ...(dailyRoots.length > 0 ? { dailyRoots } : {}),
  });
}

/** The meters by id with the points they stand at: one that is taken away, or moved, is told by its name. */
function metersOf({ file }: Plant): Readonly<Record<string, readonly string[]>> {
  const at = (meter: string) => file.points.filter(({ meters }) => meters.some((each) => each.meter.split('.')[0] === meter));
  return Object.fromEntries(file.meters.map(({ id }) => [id, at(id).map((point) => point.id)]));
}

/** Daily roots in a plant's data folder. */
export function rootsOf(plant: Plant): Promise<DailyRoot[]> {
  return readDailyRoots(join(plant.dataDir, '.'));
}
