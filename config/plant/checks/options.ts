import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { MONEY_UNITS, type Option, type Saving } from '../options.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** The register of options: dates in order, references that hold, windows on the right side of the change, costs on that of the limit. */
export function optionFindings(draft: Draft): Finding[] {
  const round = draft.auditRound;
  const found: Finding[] = [];
  for (const key of ['from', 'to'] as const) found.push(...instantFinding(round?.[key], ['auditRound', key], draft.offsetMinutes));
  if (round === undefined && draft.options.length > 0) {
    found.push(
      fault(
        'option.round',
        ['options'],
        '有方案时须写明 auditRound（本轮审核的开始日期），否则无从判断方案属于哪一轮',
        'options need an auditRound: without the start of the round nobody can tell which of them count',
      ),
    );
  }
  return [...found, ...draft.options.flatMap((option) => [...ofOption(option, draft), ...fixedOf(option), ...costOf(option, draft)])];
}

function ofOption({ item, path }: Placed<Option>, draft: Draft): Finding[] {
  const dates: readonly (readonly [string | undefined, Path])[] = [
    [item.proposed, [...path, 'proposed']],
    [item.decided?.at, [...path, 'decided', 'at']],
    [item.done, [...path, 'done']],
  ];
  const found = dates.flatMap(([text, at]) => instantFinding(text, at, draft.offsetMinutes));
  const known = dates.flatMap(([text, at]) => (text === undefined ? [] : [{ ms: instantOr(text, draft.offsetMinutes, Number.NaN), at }]));
  for (const [index, { ms, at }] of known.entries()) {
    if (index === 0 || !(ms < known[index - 1]!.ms)) continue;
    const zh = `方案 ${item.id} 的日期次序不对：提出、决定、完成应依次在后`;
    found.push(fault('option.dates', at, zh, `the dates of the option ${item.id} are out of order: proposed, decided, done`));
  }
  if (item.unit !== undefined && !draft.ids.units.has(item.unit)) found.push(unknown(item.id, 'units', item.unit, [...path, 'unit']));
  return [...found, ...item.saves.flatMap((saving, index) => ofSaving(item, saving, [...path, 'saves', index], draft))];
}

function ofSaving(option: Option, saving: Saving, path: Path, draft: Draft): Finding[] {
  const found: Finding[] = [];
  if (!draft.ids.balances.has(saving.balance)) found.push(unknown(option.id, 'balances', saving.balance, [...path, 'balance']));
  if (!draft.ids.products.has(saving.product)) found.push(unknown(option.id, 'products', saving.product, [...path, 'product']));
  for (const [index, stream] of saving.streams.entries()) {
    if (!draft.ids.streams.has(stream)) found.push(unknown(option.id, 'streams', stream, [...path, 'streams', index]));
  }
  for (const side of ['before', 'after'] as const) {
    for (const end of ['from', 'to'] as const) found.push(...instantFinding(saving[side][end], [...path, side, end], draft.offsetMinutes));
  }
  const at = (text: string | undefined) => instantOr(text, draft.offsetMinutes, Number.NaN);
  const order = [saving.before.from, saving.before.to, saving.after.from, saving.after.to].map(at);
  if (order[1]! <= order[0]! || order[3]! <= order[2]! || order[2]! < order[1]!) {
    const zh = `方案 ${option.id} 的前后两个窗口应各有长度，且后窗在前窗之后`;
    found.push(fault('option.windows', path, zh, `the windows of the option ${option.id} must have a length, the second after the first`));
  }
  if (order[2]! < at(option.done)) {
    const zh = `方案 ${option.id} 的后窗在方案完成（${option.done}）之前开始`;
    found.push(fault('option.after', [...path, 'after', 'from'], zh, `the window after the option ${option.id} starts before it was done`));
  }
  return found;
}

const yuan = ({ amount, unit }: NonNullable<Option['investment']>): number => amount * MONEY_UNITS[unit];

function fixedOf({ item: { id, investment, fixedInvestment }, path }: Placed<Option>): Finding[] {
  if (fixedInvestment === undefined || (investment !== undefined && yuan(fixedInvestment) <= yuan(investment))) return [];
  const zh = `方案 ${id} 的固定资产投资不能没有总投资，也不能多于它`;
  return [fault('option.fixed', [...path, 'fixedInvestment'], zh, `fixed assets of the option ${id} are part of its investment, not more`)];
}

function costOf({ item, path }: Placed<Option>, { auditRound }: Draft): Finding[] {
  const limit = auditRound?.costLimit;
  if (limit === undefined || item.investment === undefined) return [];
  const high = yuan(item.investment) >= yuan(limit);
  if (high === (item.cost === 'medium-high')) return [];
  const zh = `方案 ${item.id} 的投资与分类标准（${limit.amount} ${limit.unit}）不符`;
  return [warning('option.cost', [...path, 'cost'], zh, `the investment of the option ${item.id} does not go with the cost limit`)];
}

function unknown(option: string, section: string, id: string, path: Path): Finding {
  return fault(
    'option.reference',
    path,
    `方案 ${option} 引用的“${id}”不在 ${section} 中`,
    `the option ${option} names "${id}", which is not in ${section}`,
  );
}
