import type { Oversight } from './oversee.ts';

/** A duty of a plant with its day, as whoever knows the rules hands it in. */
export interface DueDuty {
  readonly duty: string;
  readonly rule: string;
  /** `YYYY-MM-DD`. */
  readonly due: string;
  /** Whole days until then at the end of the window; negative where it has passed. */
  readonly days: number;
}

/** What stands of one plant, as one row of a bureau's list. */
export interface FleetRow {
  readonly plant: string;
  readonly name: Oversight['name'];
  readonly jurisdiction: string;
  readonly region: string | null;
  readonly simulated: boolean;
  /** Place in the ranking, 1 the most urgent; plants of equal standing share it. */
  readonly rank: number;
  /** Monitors whose newest reading is younger than an hour, or than three of its intervals, and all monitors. */
  readonly online: { readonly monitors: number; readonly of: number };
  readonly lastReading: string | null;
  /** Lowest effective transmission rate of a monitor, 0…1; null where none is known. */
  readonly effective: number | null;
  /** Monitors below the line that is required. */
  readonly belowLine: number;
  /** Stretches over a limit, and the largest multiple (超标倍数). */
  readonly over: { readonly count: number; readonly worst: number | null };
  readonly caps: { readonly over: number; readonly projectedOver: number };
  readonly contradictions: number;
  readonly signs: number;
  /** Duties due within 30 days or overdue, the most urgent first. */
  readonly duties: readonly DueDuty[];
}

/** What a plant brings into the fleet. */
export interface FleetEntry {
  readonly oversight: Oversight;
  readonly region?: string | null;
  readonly duties?: readonly DueDuty[];
}

const SOON_DAYS = 30;
const HOUR_MS = 3_600_000;

/**
 * The plants of a bureau, the most urgent first: over a cap, over a limit by its multiple, overdue duties, silent monitors, contradictions
 * and signs, rates below the line, and last the caps that will be exceeded. Each criterion decides only between those that the one before
 * leaves equal.
 */
export function fleetOf(entries: readonly FleetEntry[]): FleetRow[] {
  const rows = entries.map(rowOf).toSorted((a, b) => compare(keyOf(a), keyOf(b)) || (a.plant < b.plant ? -1 : 1));
  let rank = 0;
  return rows.map((row, index) => {
    if (index === 0 || compare(keyOf(rows[index - 1]!), keyOf(row)) !== 0) rank = index + 1;
    return { ...row, rank };
  });
}

function rowOf({ oversight, region = null, duties = [] }: FleetEntry): FleetRow {
  const monitors = oversight.outfalls.flatMap((outfall) => outfall.monitors);
  const over = monitors.flatMap((monitor) => monitor.over);
  const caps = monitors.flatMap((monitor) => monitor.caps);
  const effective = monitors.flatMap(({ rates }) => (rates?.effective == null ? [] : [rates.effective]));
  const toMs = Date.parse(oversight.window.to);
  const lasts = monitors.flatMap(({ last }) => (last === null ? [] : [last]));
  return {
    plant: oversight.plant,
    name: oversight.name,
    jurisdiction: oversight.jurisdiction,
    region,
    simulated: oversight.simulated,
    rank: 0,
    online: {
      monitors: monitors.filter(
        ({ last, rates }) => last !== null && toMs - Date.parse(last) <= Math.max(HOUR_MS, 3 * (rates?.everyMs ?? 0)),
      ).length,
      of: monitors.length,
    },
    lastReading: lasts.length === 0 ? null : lasts.reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b)),
    effective: effective.length === 0 ? null : Math.min(...effective),
    belowLine: monitors.filter(({ pass }) => pass === false).length,
    over: { count: over.length, worst: over.length === 0 ? null : Math.max(...over.map(({ multiple }) => multiple)) },
    caps: { over: caps.filter((cap) => cap.over).length, projectedOver: caps.filter(({ projectedOver }) => projectedOver === true).length },
    contradictions: oversight.outfalls.flatMap((outfall) => outfall.contradictions).filter(({ significant }) => significant).length,
    signs: oversight.outfalls.reduce((sum, outfall) => sum + outfall.signs.length, 0),
    duties: duties.filter(({ days }) => days <= SOON_DAYS).toSorted((a, b) => a.days - b.days),
  };
}

/** What is compared one after the other; larger is more urgent. */
function keyOf({ caps, over, duties, online, contradictions, signs, belowLine }: FleetRow): readonly number[] {
  const overdue = duties.filter(({ days }) => days < 0).length;
  return [caps.over, over.worst ?? -1, overdue, online.of - online.monitors, contradictions + signs, belowLine, caps.projectedOver];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, own] of a.entries()) if (own !== b[index]) return b[index]! - own;
  return 0;
}
