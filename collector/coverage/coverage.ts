import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { inForce, ruleInForce } from '../../config/rules/force.ts';
import type { Rule } from '../../config/rules/rule.ts';
import type { CarriedAmounts } from './carried.ts';
import { acceptanceByMetering, depthByMetering, focusUnits } from './depth.ts';
import { differencesOf } from './differences.ts';
import { findingsOf } from './findings.ts';
import { meteringRatesOf } from './metering-rate.ts';
import { pointState } from './point.ts';
import type { CoverageFinding, CoverageReport } from './result.ts';
import { type CoverageFamily, type CoverageTable, cellsOf, demandOf, type Live } from './table.ts';
import { companion, confirmation, documentOf, tableInForce, tablesBeside } from './tables.ts';
import { dueFindings, verificationReport } from './verification-report.ts';

export type { CarriedAmounts } from './carried.ts';
export type { CoverageCell, CoverageFinding, CoverageReport, CoverageVerdict } from './result.ts';
export type { Live } from './table.ts';

/** Tables that a point's kind is looked up in; the water standard judges the same points a second time and is shown beside. */
const FAMILIES: readonly CoverageFamily[] = ['coverage-energy', 'coverage-material'];

/**
 * Coverage of a plant at an instant (UTC ms), by the rule that applies in its jurisdiction then: what is required, fitted, usable and
 * delivering, by kind and level, with the verdict by what is fitted; what depth of balance and which acceptance the metering allows.
 *
 * Required is what the plant's streams, loads and demands ask for: leaving a point off the list never raises a ratio. Of a kind that the
 * file draws no stream of, the list is all there is, and the cell says so (`basis: listed`).
 *
 * Without a rule there are no cells, and a finding says so. `live` says which channels delivered a valid sample that day; without it
 * `delivering` is null. `amounts` is what a balance found that streams carry, for the points that lack.
 */
export function coverageOf(plant: Plant, rules: readonly Rule[], atMs: number, live?: Live, amounts?: CarriedAmounts): CoverageReport {
  const jurisdiction = plant.file.plant.jurisdiction;
  const findings: CoverageFinding[] = [];
  const tables = FAMILIES.flatMap((family) => tableInForce(rules, jurisdiction, family, atMs, findings));
  const energyTable = tables.find(({ rule }) => rule.family === 'coverage-energy');
  const classesRule = energyTable && companion(rules, energyTable.rule, 'accuracy');
  const classes = classesRule?.content ?? null;
  const intervals = ruleInForce(rules, { jurisdiction, family: 'verification-interval', atMs })?.rule ?? null;
  const states = [...plant.points.values()].map((point) => pointState(plant, point, atMs, classes, intervals));
  const judged = (table: CoverageTable) => {
    const demand = demandOf(plant, table, states);
    return { table, demand, cells: cellsOf(plant, table, demand, { live, amounts, units: null }) };
  };
  const used = tables.map(judged);
  const beside = tablesBeside(rules, tables, atMs).map(judged);
  const cells = used.flatMap((each) => each.cells);
  if (tables.length > 0) findings.push(...findingsOf(plant, used, states));

  const verification = verificationReport(plant, states, atMs, intervals);
  if (tables.length > 0) findings.push(...dueFindings(plant, verification));

  const focus = focusUnits(plant);
  const focusCells =
    focus.size === 0 ? null : used.flatMap(({ table, demand }) => cellsOf(plant, table, demand, { live, amounts, units: focus }));
  const depthRule = ruleInForce(rules, { jurisdiction, family: 'balance-depth', atMs })?.rule;
  const depth = depthRule?.content && tables.length > 0 ? depthByMetering(depthRule, depthRule.content, cells, focusCells) : null;
  const classRule = ruleInForce(rules, { jurisdiction, family: 'acceptance-class', atMs })?.rule;
  const acceptance = classRule?.content && depth ? acceptanceByMetering(classRule, classRule.content, depth, cells) : null;

  const compared = verification.meters.some((each) => each.intervals.some(({ by }) => by === 'regulation')) ? intervals : null;
  for (const rule of [...tables.map((table) => companion(rules, table.rule, 'main-unit')), classesRule, compared, depthRule, classRule])
    if (rule?.status === 'to-confirm') findings.push({ code: 'rule-to-confirm', subject: rule.id, ...confirmation(rule) });

  return {
    at: formatInstant(atMs, plant.offsetMinutes),
    jurisdiction,
    rule: energyTable ? { id: energyTable.rule.id, document: documentOf(energyTable.rule) } : null,
    rules: tables.map(({ rule }) => ({ id: rule.id, document: documentOf(rule), family: rule.family, status: rule.status })),
    cells,
    depth,
    acceptance,
    findings,
    verification,
    beside: beside.map(({ table, demand, cells }) => ({
      rule: { id: table.rule.id, document: documentOf(table.rule), status: table.rule.status },
      inForce: inForce(table.rule, atMs),
      caution: table.caution,
      cells,
      meteringRates: meteringRatesOf(plant, table, demand, amounts),
    })),
    differences: differencesOf(used, beside),
  };
}
