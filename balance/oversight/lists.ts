import type { Oversight } from './oversee.ts';

/** One plant or outfall on a list, with what put it there. */
export interface ListEntry {
  readonly plant: string;
  readonly name: Oversight['name'];
  readonly outfall: string;
  readonly code: string | null;
  /** Largest multiple over a limit, or share of a cap; null on the other lists. */
  readonly figure: number | null;
}

/** The lists that the rules name, outfall by outfall. An outfall whose data do not suffice for any stands under `unknown`, never under within. */
export interface ComplianceLists {
  /** 超标: over a permitted concentration, one entry a code. */
  readonly overLimit: readonly ListEntry[];
  /** 超总量: over a cap, one entry a code. */
  readonly overCap: readonly ListEntry[];
  /** 达标: every monitor has a limit that it was held against, enough valid hours, and was over none. */
  readonly within: readonly ListEntry[];
  /** 零排放: the flow was read in every hour and was none. */
  readonly zeroDischarge: readonly ListEntry[];
  readonly unknown: readonly (ListEntry & { readonly why: 'no-limit' | 'too-few-valid' | 'not-monitored' })[];
}

/** @param held codes of an outfall that a limit holds for in the window, by outfall id. */
export function complianceLists(
  plants: readonly { readonly oversight: Oversight; readonly held: ReadonlyMap<string, ReadonlySet<string>> }[],
): ComplianceLists {
  const lists = {
    overLimit: [] as ListEntry[],
    overCap: [] as ListEntry[],
    within: [] as ListEntry[],
    zeroDischarge: [] as ListEntry[],
    unknown: [] as (ListEntry & { why: 'no-limit' | 'too-few-valid' | 'not-monitored' })[],
  };
  for (const { oversight, held } of plants) {
    for (const outfall of oversight.outfalls) {
      const entry = (code: string | null, figure: number | null): ListEntry => ({
        plant: oversight.plant,
        name: oversight.name,
        outfall: outfall.id,
        code,
        figure,
      });
      const over = outfall.monitors.filter((monitor) => monitor.over.length > 0);
      const caps = outfall.monitors.flatMap((monitor) => monitor.caps.filter((cap) => cap.over));
      lists.overLimit.push(...over.map((monitor) => entry(monitor.code, Math.max(...monitor.over.map(({ multiple }) => multiple)))));
      lists.overCap.push(...caps.map((cap) => entry(cap.code, cap.used)));
      if (outfall.zeroDischarge === true) lists.zeroDischarge.push(entry(null, null));
      if (over.length > 0 || caps.length > 0 || outfall.zeroDischarge === true) continue;
      const limits = held.get(outfall.id) ?? new Set();
      if (outfall.monitors.length === 0) lists.unknown.push({ ...entry(null, null), why: 'not-monitored' });
      else if (outfall.monitors.some(({ code }) => !limits.has(code))) lists.unknown.push({ ...entry(null, null), why: 'no-limit' });
      else if (outfall.monitors.some(({ pass, hours }) => pass === false || hours.valid === 0)) {
        lists.unknown.push({ ...entry(null, null), why: 'too-few-valid' });
      } else lists.within.push(entry(null, null));
    }
  }
  return lists;
}

/** One source's part in the load of a region. */
export interface LoadShare {
  readonly plant: string;
  readonly region: string;
  readonly code: string;
  readonly unit: string;
  /** Measured and substituted in the window, and the part of it that is substituted. */
  readonly amount: number;
  readonly substituted: number;
  /** Amount ÷ all of the region. */
  readonly share: number;
  /** Share of this source and every larger one. */
  readonly cumulative: number;
  /** Whether it belongs to the fewest sources that together make up the asked share. */
  readonly among: boolean;
}

/**
 * Sources of each region and code by their amount, the largest first, and which of them make up the asked share of the load. The text that
 * asks for it states neither the pollutant nor how sources are added up: shares are by code, plants are the sources, the largest first.
 *
 * @param share 0.6: sources with 60 % of the load.
 * @source rule family online-monitoring, loadShareAtLeastPercent
 */
export function loadShares(
  plants: readonly { readonly oversight: Oversight; readonly region: string | null }[],
  share: number,
): LoadShare[] {
  const groups = new Map<string, { plant: string; region: string; code: string; unit: string; amount: number; substituted: number }[]>();
  for (const { oversight, region } of plants) {
    if (region === null) continue;
    for (const { code, mass } of oversight.outfalls.flatMap((outfall) => outfall.monitors)) {
      if (mass === null) continue;
      const key = `${region}|${code}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      const own = group.find(({ plant }) => plant === oversight.plant);
      if (own === undefined) {
        group.push({
          plant: oversight.plant,
          region,
          code,
          unit: mass.unit,
          amount: mass.measured + mass.substituted,
          substituted: mass.substituted,
        });
      } else {
        own.amount += mass.measured + mass.substituted;
        own.substituted += mass.substituted;
      }
    }
  }
  return [...groups.values()].flatMap((group) => {
    const whole = group.reduce((sum, { amount }) => sum + amount, 0);
    let before = 0;
    return group
      .toSorted((a, b) => b.amount - a.amount)
      .map((one) => {
        const own = whole === 0 ? 0 : one.amount / whole;
        const among = whole > 0 && before < share - 1e-12;
        before += own;
        return { ...one, share: own, cumulative: before, among };
      });
  });
}
