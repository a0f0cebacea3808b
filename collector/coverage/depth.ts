import type { Plant } from '../../config/plant/plant.ts';
import type { AcceptanceClass, Depth } from '../../config/rules/families/depth.ts';
import type { RuleOf } from '../../config/rules/rule.ts';
import { reaches } from './ratio.ts';
import type { AcceptanceByMetering, CoverageCell, CoverageVerdict, DepthByMetering, DepthObstacle } from './result.ts';

/**
 * The deepest grade of balance that the metering allows. `focus` are the cells counted over the points of audit-focus units
 * alone, null where no unit is an audit focus.
 *
 * A grade is allowed where every cell of its levels passes, and, where the rule asks for 配备和管理, would still pass by the meters that
 * may be used. A cell that waits for an office's value stands in the way: unset is no pass.
 */
export function depthByMetering(
  rule: RuleOf<'balance-depth'>,
  content: Depth,
  plant: readonly CoverageCell[],
  focus: readonly CoverageCell[] | null,
): DepthByMetering {
  const grades: DepthByMetering['grades'][number][] = [];
  for (const grade of content.grades) {
    const obstacles = grade.metering.flatMap(({ scope, levels }) => {
      const cells = scope === 'plant' ? plant : focus;
      if (cells === null) return [{ scope, lacks: 'audit-focus' as const }];
      return cells.filter((cell) => levels.includes(cell.level)).flatMap((cell) => obstaclesOf(cell, scope, grade.managed));
    });
    // A deeper balance is no shallower one left out: each grade needs those before it.
    const allowed = obstacles.length === 0 && (grades.at(-1)?.allowed ?? true);
    grades.push({ grade: grade.id, name: grade.name, allowed, obstacles, test: grade.test });
  }
  const best = grades.findLast((grade) => grade.allowed);
  if (!best) throw new RangeError(`rule ${rule.id} has no grade without a metering condition`);
  return { rule: rule.id, status: rule.status, grade: best.grade, name: best.name, grades };
}

function obstaclesOf(cell: CoverageCell, scope: 'plant' | 'audit-focus', managed: boolean): DepthObstacle[] {
  const lacks = lacking(cell, managed);
  return lacks === null ? [] : [{ scope, lacks, kind: cell.kind, level: cell.level }];
}

function lacking(cell: CoverageCell, managed: boolean): 'fitted' | 'usable' | 'office-value' | null {
  if (cell.verdict === 'fail') return 'fitted';
  if (cell.verdict === 'needs-office-value') return 'office-value';
  if (cell.verdict !== 'pass' || !managed || cell.threshold === null) return null;
  return reaches(cell.usable, cell.required, cell.threshold) ? null : 'usable';
}

/** Per class of acceptance: whether the metering allows its depth, and whether the tables that it names are met as a whole. */
export function acceptanceByMetering(
  rule: RuleOf<'acceptance-class'>,
  content: AcceptanceClass,
  depth: DepthByMetering,
  cells: readonly CoverageCell[],
): AcceptanceByMetering {
  const classes = content.classes.map((each) => {
    const depthAllowed = depth.grades.some(({ grade, allowed }) => grade === each.must && allowed);
    const tables = each.tables.length === 0 ? null : tablesMet(cells.filter(({ table }) => each.tables.includes(table)));
    return {
      class: each.id,
      name: each.name,
      must: each.must,
      striveFor: each.striveFor,
      depthAllowed,
      tables,
      allowed: depthAllowed && (tables === null || tables === 'met'),
    };
  });
  return { rule: rule.id, status: rule.status, classes };
}

function tablesMet(cells: readonly CoverageCell[]): 'met' | 'not-met' | 'undecided' {
  const any = (verdict: CoverageVerdict) => cells.some((cell) => cell.verdict === verdict);
  if (any('fail')) return 'not-met';
  return any('needs-office-value') ? 'undecided' : 'met';
}

/** Ids of the units that are the audit focus, with all that lie below them. */
export function focusUnits(plant: Plant): ReadonlySet<string> {
  const focus = new Set([...plant.units.values()].filter((unit) => unit.auditFocus).map((unit) => unit.id));
  for (let grown = true; grown; ) {
    const size = focus.size;
    for (const unit of plant.units.values()) if (unit.parent !== undefined && focus.has(unit.parent)) focus.add(unit.id);
    grown = focus.size > size;
  }
  return focus;
}
