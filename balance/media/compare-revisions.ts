import type { BalanceReport, BalanceResult, Verdict } from './result.ts';

/** A figure in two revisions. */
export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** A stream, or `stock:` and the id of a stock, in the unit of the balance. */
export interface StreamChange {
  readonly id: string;
  readonly total: Pair<number | null>;
  readonly u: Pair<number | null>;
  /** Share of the quantity that rests on readings; null for what is not metered, and for stocks. */
  readonly coverage: Pair<number | null>;
}

/** What became of one balance at one boundary; streams and stocks whose figures stayed are left out. */
export interface BalanceChange {
  readonly id: string;
  readonly boundary: string;
  readonly unit: string;
  readonly imbalance: Pair<number | null>;
  readonly verdict: Pair<Verdict>;
  readonly suspects: Pair<readonly string[]>;
  readonly streams: readonly StreamChange[];
}

/** What changed from one revision of a window to another. */
export interface RevisionChange {
  readonly plant: string;
  readonly window: BalanceReport['window'];
  readonly revisions: Pair<number>;
  /** Where the journal stood; what lies between is the late data. */
  readonly journal: Pair<number | null>;
  readonly readings: Pair<number>;
  readonly balances: readonly BalanceChange[];
}

/** Figures that differ by less than this share are the same. */
const SAME = 1e-12;

/**
 * Two revisions of one window held against each other: balances, boundaries and streams of which a figure or a verdict differs. What only
 * one of them has (the plant file changed) stands against null.
 */
export function compareRevisions(before: BalanceReport, after: BalanceReport): RevisionChange {
  const key = ({ id, boundary }: BalanceResult) => `${id} ${boundary}`;
  const [old, now] = [new Map(before.balances.map((one) => [key(one), one])), new Map(after.balances.map((one) => [key(one), one]))];
  const balances = [...new Set([...old.keys(), ...now.keys()])].flatMap((name): BalanceChange[] => {
    const [a, b] = [old.get(name), now.get(name)];
    const any = (b ?? a)!;
    const streams = streamChanges(a, b);
    const suspects = { before: suspectsOf(a), after: suspectsOf(b) };
    const imbalance = { before: a?.imbalance ?? null, after: b?.imbalance ?? null };
    const verdict = { before: a?.verdict ?? 'incomplete', after: b?.verdict ?? 'incomplete' };
    const changed =
      streams.length > 0 || verdict.before !== verdict.after || !same(imbalance) || String(suspects.before) !== String(suspects.after);
    return changed || !a || !b ? [{ id: any.id, boundary: any.boundary, unit: any.unit, imbalance, verdict, suspects, streams }] : [];
  });
  const read = ({ completeness }: BalanceReport) => completeness.good + completeness.suspect;
  return {
    plant: after.plant,
    window: after.window,
    revisions: { before: before.revision, after: after.revision },
    journal: { before: before.journal?.to ?? null, after: after.journal?.to ?? null },
    readings: { before: read(before), after: read(after) },
    balances,
  };
}

function streamChanges(before: BalanceResult | undefined, after: BalanceResult | undefined): BalanceChange['streams'] {
  const figures = (result: BalanceResult | undefined) =>
    new Map([
      ...(result?.streams ?? []).map(({ id, total, u, coverageOfQuantity }) => [id, { total, u, coverage: coverageOfQuantity }] as const),
      ...(result?.stocks ?? []).map(({ id, change, u }) => [`stock:${id}`, { total: change, u, coverage: null }] as const),
    ]);
  const [old, now] = [figures(before), figures(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const pair = (of: 'total' | 'u' | 'coverage') => ({ before: old.get(id)?.[of] ?? null, after: now.get(id)?.[of] ?? null });
    const change = { id, total: pair('total'), u: pair('u'), coverage: pair('coverage') };
    return same(change.total) && same(change.u) && same(change.coverage) ? [] : [change];
  });
}

function suspectsOf(result: BalanceResult | undefined): string[] {
  return (result?.suspects ?? []).map(({ kind, ids }) => `${kind} ${ids.join('|')}`);
}

function same({ before, after }: Pair<number | null>): boolean {
  if (before === null || after === null) return before === after;
  return Math.abs(before - after) <= SAME * Math.max(Math.abs(before), Math.abs(after));
}
