import type { Plant } from '../../config/plant/plant.ts';
import type { Coverage, Threshold } from '../../config/rules/families/coverage.ts';
import type { RuleOf } from '../../config/rules/rule.ts';
import { type CarriedAmounts, carriedBy } from './carried.ts';
import { verdictOf } from './cell.ts';
import { type Met, met } from './met.ts';
import type { PointState } from './point.ts';
import { drawnKinds, requirementsOf, subtree } from './required.ts';
import type { Caution, CoverageCell, Lacking, Level } from './result.ts';
import type { MainUnitLimits } from './threshold.ts';

export type CoverageFamily = 'coverage-energy' | 'coverage-material' | 'coverage-water';
export interface CoverageTable {
  readonly rule: RuleOf<CoverageFamily>;
  readonly content: Coverage;
  /** Limits of main units, from the document that the table is in or reproduces; null where none is held. */
  readonly limits: MainUnitLimits | null;
  /** Why a verdict by this table is no bare one. */
  readonly caution: Caution | null;
}

/** Whether a point delivered a valid sample that day, asked by channel id. */
export interface Live {
  delivering(channelId: string): boolean;
}

/** What a table asks of a plant, and what stands for each requirement, by kind and level. */
export type Demand = ReadonlyMap<string, readonly Met[]>;

const LEVELS: readonly Level[] = [1, 2, 3];

/** The requirements of a table and the listed points that meet them, by `kind/level`. */
export function demandOf(plant: Plant, table: CoverageTable, states: readonly PointState[]): Demand {
  const inside = new Map([...plant.units.keys()].map((unit) => [unit, subtree(plant, unit)]));
  const within = (unit: string, outer: string) => inside.get(outer)?.has(unit) ?? false;
  const requirements = requirementsOf(plant, table.content, table.limits);
  return new Map(
    table.content.rows.flatMap(({ kind }) =>
      LEVELS.map((level) => {
        const asked = requirements.filter((each) => each.kind === kind && each.level === level);
        const here = states.filter(({ point }) => point.kind === kind && point.level === level);
        return [`${kind}/${level}`, met(asked, here, (state) => isExempt(table.content, state), within)] as const;
      }),
    ),
  );
}

/** What a count of cells depends on beside the demand. */
export interface CellContext {
  readonly live: Live | undefined;
  readonly amounts: CarriedAmounts | undefined;
  /** Only what these units ask for; null: everything. */
  readonly units: ReadonlySet<string> | null;
}

/** Every cell of a table: N requirements, exempt ones left out, n that fitted points meet. */
export function cellsOf(plant: Plant, table: CoverageTable, demand: Demand, { live, amounts, units }: CellContext): CoverageCell[] {
  const drawn = drawnKinds(plant);
  const delivers = (state: PointState) => live === undefined || live.delivering(state.meter!.id);
  return table.content.rows.flatMap((row) =>
    LEVELS.map((level) => {
      const all = (demand.get(`${row.kind}/${level}`) ?? []).filter(({ requirement }) => units === null || units.has(requirement.unit));
      const required = all.filter(({ exempt }) => exempt === null);
      const fitted = required.filter((each) => each.fitted.length > 0);
      const points = [...new Set(fitted.flatMap((each) => each.fitted))];
      const printed = row.thresholds[level - 1] as Threshold;
      return {
        kind: row.kind,
        name: row.name,
        level,
        table: table.rule.family,
        rule: table.rule.id,
        basis: drawn.has(row.kind) ? 'drawn' : 'listed',
        required: required.length,
        fitted: fitted.length,
        exempt: all.length - required.length,
        exempted: all.flatMap(({ exempt }) =>
          exempt?.point.exempt ? [{ point: exempt.point.id, by: exempt.point.exempt.by, evidence: exempt.point.exempt.evidence }] : [],
        ),
        ...verdictOf(fitted.length, required.length, printed, plant.file.officeValues[`${row.kind}/${level}`]),
        caution: table.caution,
        usable: fitted.filter((each) => each.fitted.every(({ unusable }) => unusable.length === 0)).length,
        delivering: live ? fitted.filter((each) => each.fitted.every(delivers)).length : null,
        missing: required.filter((each) => each.fitted.length === 0).map(nameOf),
        unusable: points
          .filter(({ unusable }) => unusable.length > 0)
          .map(({ point, meter, unusable }) => ({ point: point.id, meter: meter!.id, why: unusable })),
        lacking: required.flatMap((each) => lackingIn(plant, each, delivers, amounts)),
      };
    }),
  );
}

/** What a requirement lacks, with what it should carry; nothing where it is met by meters that may be used and deliver. */
function lackingIn(plant: Plant, each: Met, delivers: (state: PointState) => boolean, amounts: CarriedAmounts | undefined): Lacking[] {
  const streams = each.requirement.streams.map(({ id }) => id);
  const carries = carriedBy(plant, each.requirement, amounts);
  const lack = (point: string, fault: Lacking['fault']): Lacking => ({ point, fault, streams, carries });
  if (each.fitted.length === 0) return [lack(nameOf(each), 'not-fitted')];
  return each.fitted.flatMap((state) => {
    if (state.unusable.length > 0) return [lack(state.point.id, 'not-usable')];
    return delivers(state) ? [] : [lack(state.point.id, 'not-delivering')];
  });
}

/** The listed point that waits for its meter, or what asks for one. */
function nameOf({ requirement, waiting }: Met): string {
  return waiting?.point.id ?? requirement.id;
}

/** An exemption counts only where the rule has it for that kind and that level. */
export function isExempt(content: Coverage, { point }: PointState): boolean {
  return content.exemptions.some(
    ({ id, kinds, levels }) => id === point.exempt?.by && kinds.includes(point.kind) && levels.includes(point.level),
  );
}
