import { type WordKey, word, wordOr } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import type { Rank } from '../media/losses/loss.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count, figure } from './figures.ts';
import { unitName } from './names.ts';

/** Indicators per product with their formulas and norms, where the plant file names what they are made of. */
export function indicatorPart(content: ReportContent): readonly Block[] {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const indicators = balances.indicators ?? [];
  if (indicators.length === 0) return [];
  const rows = indicators.map((indicator): readonly Cell[] => {
    const { reference, status } = indicator;
    const norm =
      reference === undefined
        ? DASH
        : `${reference.document}: ${reference.name[lang]}, ${reference.general} / ${reference.advanced} ${reference.unit}`;
    const confirm = status === 'to-confirm' || reference?.status === 'to-confirm' ? `; ${w('ruleStatus.to-confirm')}` : '';
    return [
      `${indicator.name[lang]}${indicator.product === undefined ? '' : ` (${indicator.product})`}`,
      unitName(content, indicator.boundary),
      figure(indicator.value, indicator.u),
      figure(indicator.u, indicator.u),
      indicator.unit,
      `${indicator.formula}; ${indicator.source}${confirm}`,
      norm,
    ];
  });
  const columns = [
    w('report.indicator'),
    w('report.boundary'),
    `>${w('report.value')}`,
    '>u (k\u00a0=\u00a01)',
    w('report.unitOfMeasure'),
    w('report.formula'),
    w('report.norm'),
  ];
  const remarks = new Map<string, Set<string>>();
  for (const { name, remarks: said } of indicators)
    for (const remark of said) remarks.set(remark[lang], (remarks.get(remark[lang]) ?? new Set()).add(name[lang]));
  const items = [...remarks].map(([remark, names]) => `${[...names].join(w('general.listSeparator'))}: ${remark}`);
  const list: readonly Block[] = items.length === 0 ? [] : [{ kind: 'list', items }];
  return [heading(2, w('report.indicators')), table(w('report.indicators'), columns, rows), ...list];
}

/** Losses, waste, discharges and leaks, most costly first, with their causes as far as the plant file names them. */
export function lossPart(content: ReportContent): readonly Block[] {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const losses = balances.losses ?? [];
  if (losses.length === 0) return [];
  const place = (rank: Rank | null): Cell => (rank === null ? DASH : count(rank.place));
  const rows = losses.map((loss): readonly Cell[] => [
    `${loss.stream} ${loss.name[lang]}`,
    unitName(content, loss.from),
    wordOr(lang, `role.${loss.role}`, loss.role),
    figure(loss.amount, loss.u),
    figure(loss.u, loss.u),
    loss.unit,
    w(`basis.${loss.basis}`),
    loss.money === null ? DASH : figure(loss.money.value, loss.money.u),
    loss.money?.currency ?? DASH,
    loss.standardCoal === null ? DASH : figure(loss.standardCoal.kgce, loss.standardCoal.u),
    place(loss.rankByMoney),
    place(loss.rankByStandardCoal),
    loss.causes
      .map(({ aspect, note }) => `${wordOr(lang, `aspect.${aspect}`, aspect)}${note === undefined ? '' : `: ${note}`}`)
      .join('; ') || DASH,
  ]);
  const columns = [
    w('report.stream'),
    w('report.from'),
    w('report.role'),
    `>${w('report.total')}`,
    '>u (k\u00a0=\u00a01)',
    w('report.unitOfMeasure'),
    w('report.basis'),
    `>${w('report.money')}`,
    w('report.currency'),
    `>${w('report.standardCoal')}`,
    `>${w('report.rankByMoney')}`,
    `>${w('report.rankByCoal')}`,
    w('report.causes'),
  ];
  return [heading(2, w('report.losses')), paragraph(w('report.lossesText')), table(w('report.losses'), columns, rows)];
}
