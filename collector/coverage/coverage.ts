import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant } from '../../config/plant/time.ts';
import type { Coverage } from '../../config/rules/families/coverage.ts';
import type { Family } from '../../config/rules/families/families.ts';
import { inForce, ruleInForce } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import { acceptanceByMetering, depthByMetering, focusUnits } from './depth.ts';
import { pointState } from './point.ts';
import type { CoverageFinding, CoverageReport } from './result.ts';
import { type CoverageFamily, type CoverageTable, cellsOf, findingsOf, type Live } from './table.ts';
import { unlistedPoints } from './threshold.ts';

export type { CoverageCell, CoverageFinding, CoverageReport, CoverageVerdict } from './result.ts';
export type { Live } from './table.ts';

/** Tables that a point's kind is looked up in; the water standard judges the same points a second time and is shown beside. */
const FAMILIES: readonly CoverageFamily[] = ['coverage-energy', 'coverage-material'];

/**
 * Coverage of a plant at an instant (UTC ms), by the rule that applies in its jurisdiction then: what is required, fitted, usable and
 * delivering, by kind and level, with the verdict by what is fitted; what depth of balance and which acceptance the metering allows.
 *
 * Without a rule there are no cells, and a finding says so. `live` says which channels delivered a valid sample that day; without it
 * `delivering` is null.
 */
export function coverageOf(plant: Plant, rules: readonly Rule[], atMs: number, live?: Live): CoverageReport {
  const jurisdiction = plant.file.plant.jurisdiction;
  const findings: CoverageFinding[] = [];
  const tables = FAMILIES.flatMap((family) => tableInForce(rules, jurisdiction, family, atMs, findings));
  const energyTable = tables.find(({ rule }) => rule.family === 'coverage-energy');
  const unlisted = unlistedPoints(plant, energyTable?.limits ?? null);
  const classes = energyTable ? (companion(rules, energyTable.rule, 'accuracy')?.content ?? null) : null;
  const states = [...plant.points.values(), ...unlisted].map((point) => pointState(plant, point, atMs, classes));
  const cells = tables.flatMap((table) => cellsOf(plant, table, states, live));
  if (tables.length > 0) findings.push(...findingsOf(plant, tables, states));
  for (const { id, unit, kind } of unlisted)
    findings.push({
      code: 'not-listed',
      subject: id,
      zh: `“${unit}”的“${kind}”用量达到限值而没有计量点，按应装未装计入`,
      en: `${unit} uses enough ${kind} to need a point and has none: counted as required and not fitted`,
    });

  const focus = focusUnits(plant);
  const inFocus = states.filter(({ point }) => focus.has(point.unit));
  const focusCells = focus.size === 0 ? null : tables.flatMap((table) => cellsOf(plant, table, inFocus, live));
  const depthRule = ruleInForce(rules, { jurisdiction, family: 'balance-depth', atMs })?.rule;
  const depth = depthRule?.content && tables.length > 0 ? depthByMetering(depthRule, depthRule.content, cells, focusCells) : null;
  const classRule = ruleInForce(rules, { jurisdiction, family: 'acceptance-class', atMs })?.rule;
  const acceptance = classRule?.content && depth ? acceptanceByMetering(classRule, classRule.content, depth, cells) : null;

  return {
    at: formatInstant(atMs, plant.offsetMinutes),
    jurisdiction,
    rule: energyTable ? { id: energyTable.rule.id, document: documentOf(energyTable.rule) } : null,
    rules: tables.map(({ rule }) => ({ id: rule.id, document: documentOf(rule), family: rule.family, status: rule.status })),
    cells,
    depth,
    acceptance,
    findings,
    beside: besides(rules, tables).map((table) => ({
      rule: { id: table.rule.id, document: documentOf(table.rule), status: table.rule.status },
      inForce: inForce(table.rule, atMs),
      cells: cellsOf(plant, table, states, live),
    })),
  };
}

/** Tables that hold everywhere and are not those of the verdict. */
function besides(rules: readonly Rule[], used: readonly CoverageTable[]): CoverageTable[] {
  return rules.flatMap((rule) =>
    isTable(rule) && rule.content && rule.reach === 'nationwide' && !used.some((table) => table.rule.id === rule.id)
      ? [tableOf(rules, rule, rule.content)]
      : [],
  );
}

function isTable(rule: Rule): rule is Rule & RuleOf<CoverageFamily> {
  return rule.family === 'coverage-energy' || rule.family === 'coverage-material' || rule.family === 'coverage-water';
}

function tableOf(rules: readonly Rule[], rule: RuleOf<CoverageFamily>, content: Coverage): CoverageTable {
  return { rule, content, limits: companion(rules, rule, 'main-unit')?.content ?? null };
}

/** A rule of another family in the document that a table is in, or that it reproduces. */
function companion<F extends Family>(rules: readonly Rule[], rule: RuleOf<CoverageFamily>, family: F): RuleOf<F> | undefined {
  const original = rules.find(({ id }) => id === rule.extractOf) ?? rule;
  const found = rules.find(
    (each) => each.family === family && each.jurisdiction === original.jurisdiction && each.document.id === original.document.id,
  );
  return found as RuleOf<F> | undefined;
}

/**
 * The table in force, or, where the text in force is not held, the one that it superseded, with a finding that says so: never a bare
 * pass.
 */
function tableInForce(
  rules: readonly Rule[],
  jurisdiction: string,
  family: CoverageFamily,
  atMs: number,
  findings: CoverageFinding[],
): CoverageTable[] {
  const rule = ruleInForce(rules, { jurisdiction, family, atMs })?.rule;
  const note = (code: CoverageFinding['code'], subject: string, zh: string, en: string) => findings.push({ code, subject, zh, en });
  if (!rule) {
    if (family === 'coverage-energy')
      note('no-rule', jurisdiction, '该辖区在此日没有配备率规定', 'no coverage rule applies in this jurisdiction on that day');
    return [];
  }
  const original = rules.find(({ id }) => id === rule.extractOf);
  if (original && !inForce(original, atMs))
    note(
      'rule-superseded',
      rule.id,
      `${documentOf(rule)} 摘自 ${documentOf(original)}，后者自 ${original.document.to} 起被取代；新版的表未掌握`,
      `${documentOf(rule)} reproduces ${documentOf(original)}, superseded on ${original.document.to}; the tables of its successor are not held`,
    );
  if (rule.status === 'to-confirm')
    note('rule-to-confirm', rule.id, `${documentOf(rule)} 的内容待核实`, `the content of ${documentOf(rule)} is still to be confirmed`);
  if (rule.content) return [tableOf(rules, rule, rule.content)];

  const earlier = rules.find(
    (each): each is RuleOf<CoverageFamily> & Rule =>
      each.family === family && each.content !== null && each.document.supersededBy === `${rule.jurisdiction}/${rule.document.id}`,
  );
  note(
    'rule-not-held',
    rule.id,
    `${documentOf(rule)} 现行，其表未掌握${earlier ? `；以下按已废止的 ${documentOf(earlier)} 计算，仅供参考` : ''}`,
    `${documentOf(rule)} is in force and its tables are not held${earlier ? `; what follows counts by the superseded ${documentOf(earlier)}, for reference only` : ''}`,
  );
  return earlier?.content ? [tableOf(rules, earlier, earlier.content)] : [];
}

function documentOf(rule: Pick<Rule, 'document'>): string {
  return rule.document.number ?? rule.document.title;
}
