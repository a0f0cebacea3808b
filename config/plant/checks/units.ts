import { amountUnitOf, dimensionOf, isUnit } from '../../measures/units.ts';
import { Fault } from '../../words/fault.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { BalanceDefinition, ChannelFields } from '../schema.ts';
import { isComposites } from './composites.ts';

const DIMENSIONS: Readonly<Record<BalanceDefinition['kind'], readonly string[]>> = {
  material: ['mass'],
  water: ['volume', 'mass'],
  energy: ['energy'],
  pollutant: ['mass'],
};

/** Every unit is one that can be computed with, and a balance is drawn up in a unit of its kind. */
export function unitFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  const known = (unit: string, path: Path) => {
    const finding = unknownUnit(unit, path);
    if (finding) found.push(finding);
  };
  for (const { item, path } of draft.units)
    for (const [index, { unit }] of item.load.entries()) known(unit, [...path, 'load', index, 'unit']);
  for (const { item, path } of draft.media) known(item.unit, [...path, 'unit']);
  for (const { item, path } of draft.channels) {
    if (item.kind === 'state') continue;
    known(item.unit, [...path, 'unit']);
    found.push(...ofKind(item, path));
  }
  for (const { item, path } of [...draft.media, ...draft.streams]) {
    for (const [balance, held] of Object.entries(item.content))
      if (isComposites(held)) known(held.unit, [...path, 'content', balance, 'unit']);
  }
  for (const { item, path } of draft.streams) if ('unit' in item.amount) known(item.amount.unit, [...path, 'amount', 'unit']);
  for (const { item, path } of draft.stocks) {
    if (item.strapping) known(item.strapping.unit, [...path, 'strapping', 'unit']);
    if (item.density) known(item.density.unit, [...path, 'density', 'unit']);
    for (const [index, { unit }] of (item.pile?.densities ?? []).entries()) known(unit, [...path, 'pile', 'densities', index, 'unit']);
  }
  for (const { item, path } of draft.balances) {
    known(item.unit, [...path, 'unit']);
    if (isUnit(item.unit) && !DIMENSIONS[item.kind].includes(dimensionOf(item.unit))) {
      const zh = `${item.kind} 平衡的单位应为 ${DIMENSIONS[item.kind].join(' 或 ')}，${item.unit} 不是`;
      found.push(
        fault(
          'balance.unit',
          [...path, 'unit'],
          zh,
          `balances of ${item.kind} are drawn up in units of ${DIMENSIONS[item.kind].join(' or ')}; ${item.unit} is none`,
        ),
      );
    }
    if (item.kind === 'pollutant' && item.factor === undefined) {
      found.push(fault('balance.factor', path, `污染因子平衡 ${item.id} 缺少 factor`, `the pollutant balance ${item.id} names no factor`));
    }
  }
  return found;
}

const TOTALS = /^(mass|volume|energy|gas-\w+)$/;

/** A total in a unit of flow, or a flow in one of totals: what is computed of it would have no meaning. */
function ofKind({ kind, unit }: ChannelFields, path: Path): Finding[] {
  if (!isUnit(unit)) return [];
  const amount = amountUnitOf(unit);
  if (kind === 'counter' && amount !== null) {
    const zh = `kind: counter 是累计量，${unit} 是瞬时量的单位；总量请写 ${amount} 之类，瞬时量请写 kind: rate`;
    const en = `a counter counts a total, ${unit} is a unit of rates; write a total like ${amount}, or kind: rate`;
    return [warning('unit.kind', [...path, 'unit'], zh, en)];
  }
  if (kind === 'rate' && TOTALS.test(dimensionOf(unit))) {
    const zh = `kind: rate 是瞬时量，${unit} 是累计量的单位；瞬时量请写 ${unit}/h 之类，总量请写 kind: counter`;
    const en = `a rate is per time, ${unit} is a unit of totals; write a rate like ${unit}/h, or kind: counter`;
    return [warning('unit.kind', [...path, 'unit'], zh, en)];
  }
  return [];
}

function unknownUnit(unit: string, path: Path): Finding | null {
  if (isUnit(unit)) return null;
  try {
    dimensionOf(unit);
  } catch (error) {
    if (error instanceof Fault) return fault(error.code, path, error.zh, error.en);
    throw error;
  }
  return null;
}
