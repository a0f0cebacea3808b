import type { Plant } from '../../config/plant/plant.ts';
import type { MeteringPoint } from '../../config/plant/schema.ts';
import type { Coverage, Threshold } from '../../config/rules/families/coverage.ts';
import type { RuleOf } from '../../config/rules/rule.ts';
import { verdictOf } from './cell.ts';
import type { PointState } from './point.ts';
import type { CoverageCell, CoverageFinding, Level } from './result.ts';
import { isMainByLoad, type MainUnitLimits } from './threshold.ts';

export type CoverageFamily = 'coverage-energy' | 'coverage-material' | 'coverage-water';
export interface CoverageTable {
  readonly rule: RuleOf<CoverageFamily>;
  readonly content: Coverage;
  /** Limits of main units, from the document that the table is in or reproduces; null where none is held. */
  readonly limits: MainUnitLimits | null;
}

/** Whether a point delivered a valid sample that day, asked by channel id. */
export interface Live {
  delivering(channelId: string): boolean;
}

const LEVELS: readonly Level[] = [1, 2, 3];

/**
 * Every cell of a table, counted over the points given (N is what these points say, exempt ones left out). Points that belong to units
 * which are not main ones are left out of levels 2 and 3, where the tables ask for the main ones only.
 */
export function cellsOf(plant: Plant, table: CoverageTable, states: readonly PointState[], live: Live | undefined): CoverageCell[] {
  return table.content.rows.flatMap((row) =>
    LEVELS.map((level) => {
      const here = states.filter(({ point }) => point.kind === row.kind && point.level === level && isMain(plant, point, table.limits));
      const required = here.filter((state) => !isExempt(table, state));
      const fitted = required.filter(({ meter }) => meter !== null);
      const printed = row.thresholds[level - 1] as Threshold;
      return {
        kind: row.kind,
        name: row.name,
        level,
        table: table.rule.family,
        rule: table.rule.id,
        required: required.length,
        fitted: fitted.length,
        exempt: here.length - required.length,
        ...verdictOf(fitted.length, required.length, printed, plant.file.officeValues[`${row.kind}/${level}`]),
        usable: fitted.filter(({ unusable }) => unusable.length === 0).length,
        delivering: live ? fitted.filter(({ meter }) => live.delivering(meter!.id)).length : null,
        missing: required.filter(({ meter }) => meter === null).map(({ point }) => point.id),
        unusable: fitted
          .filter(({ unusable }) => unusable.length > 0)
          .map(({ point, meter, unusable }) => ({ point: point.id, meter: meter!.id, why: unusable })),
      };
    }),
  );
}

/** What about the points of a plant the cells of these tables do not show. */
export function findingsOf(plant: Plant, tables: readonly CoverageTable[], states: readonly PointState[]): CoverageFinding[] {
  return states.flatMap((state) => {
    const { point, meter } = state;
    const table = tables.find(({ content }) => content.rows.some(({ kind }) => kind === point.kind));
    const finding = (code: CoverageFinding['code'], zh: string, en: string): CoverageFinding => ({ code, subject: point.id, zh, en });
    if (!table)
      return [
        finding(
          'kind-not-in-rule',
          `种类“${point.kind}”不在所用的表中，未计入`,
          `kind ${point.kind} is in none of the tables: not counted`,
        ),
      ];
    const found: CoverageFinding[] = [];
    if (point.exempt && !isExempt(table, state))
      found.push(
        finding(
          'exemption-not-in-rule',
          `规则没有对“${point.kind}”第 ${point.level} 级的豁免“${point.exempt.by}”，该点仍计入应装数`,
          `the rule has no exemption ${point.exempt.by} for ${point.kind} at level ${point.level}: the point still counts as required`,
        ),
      );
    if (point.exempt && isExempt(table, state) && meter)
      found.push(
        finding(
          'exempt-but-metered',
          '已豁免而装有仪表，不计入应装数和实装数',
          'exempt yet metered: counts neither as required nor as fitted',
        ),
      );
    if (!isMain(plant, point, table.limits))
      found.push(
        finding(
          'not-main',
          '所在单元不是主要次级用能单位或主要设备，未计入',
          'its unit is no main sub-unit or main equipment: not counted',
        ),
      );
    const unitLevel = LEVEL_OF[plant.units.get(point.unit)?.level ?? ''];
    if (unitLevel !== undefined && unitLevel !== point.level)
      found.push(
        finding(
          'level-differs',
          `第 ${point.level} 级的计量点落在第 ${unitLevel} 级的单元上`,
          `a point of level ${point.level} at a unit of level ${unitLevel}`,
        ),
      );
    return found;
  });
}

const LEVEL_OF: Readonly<Record<string, Level>> = { plant: 1, workshop: 2, equipment: 3 };

/** A unit counts as a main one where its load says so, and otherwise as the plant file has it. */
function isMain(plant: Plant, { unit: id, kind, level }: MeteringPoint, limits: MainUnitLimits | null): boolean {
  const unit = plant.units.get(id);
  if (level === 1 || unit === undefined) return true;
  return isMainByLoad(unit, kind, limits) === true || unit.main;
}

/** An exemption counts only where the rule has it for that kind and that level. */
function isExempt({ content }: CoverageTable, { point }: PointState): boolean {
  return content.exemptions.some(
    ({ id, kinds, levels }) => id === point.exempt?.by && kinds.includes(point.kind) && levels.includes(point.level),
  );
}
