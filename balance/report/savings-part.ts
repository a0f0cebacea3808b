import { named, type WordKey, word, wordOr } from '../../config/words/word.ts';
import { DASH, writtenNumber } from '../../config/words/written.ts';
import type { OptionResult } from '../audit/savings.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count, expanded, figure, percent, setting } from './figures.ts';
import { filled } from './names.ts';

/** The register of options: what was proposed, decided and done, what it cost, in the units that the forms print. */
export function optionTable({ savings, plant, lang }: ReportContent): readonly Block[] {
  if (savings === undefined) return [];
  const w = (key: WordKey) => word(lang, key);
  const columns = [
    w('options.option'),
    w('options.cost'),
    w('options.state'),
    w('options.proposed'),
    w('options.decided'),
    w('options.done'),
    `>${w('options.investment')}`,
    `>${w('options.benefit')}`,
    w('options.counts'),
  ];
  const rows = savings.options.map((option): readonly Cell[] => [
    `${option.id} ${option.name[lang]}`,
    w(`options.${option.cost}`),
    w(`options.state.${option.state}`),
    option.proposed,
    option.decided ?? DASH,
    option.done ?? DASH,
    money(option.investment),
    money(option.benefit),
    option.counts ? w('options.yes') : w('options.beforeRound'),
  ]);
  return [
    paragraph(filled(w('options.text'), { from: savings.round.from, to: savings.round.to ?? w('options.open') })),
    table(w('options.register'), columns, rows),
    sumTable({ savings, lang }),
    ...rollUpTable({ savings, plant, lang }),
  ];
}

/** What the options that are done save in a year, in the units of the forms. */
function rollUpTable({ savings, plant, lang }: Pick<ReportContent, 'savings' | 'plant' | 'lang'>): readonly Block[] {
  const { rollUps = [] } = savings ?? {};
  if (rollUps.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const rows = rollUps.map(({ of, value, U, unit, count: n }): readonly Cell[] => [
    rollUpName(of, { plant, lang }),
    U === null ? setting(value) : figure(value, U / 2),
    U === null ? DASH : expanded(value, U),
    unit,
    count(n),
  ]);
  const columns = [
    w('options.saving'),
    `>${w('options.perYear')}`,
    '>± U (k\u00a0=\u00a02)',
    w('report.unitOfMeasure'),
    `>${w('options.addedUp')}`,
  ];
  return [table(w('options.rollUps'), columns, rows), paragraph(w('options.rollUpsText'), 'remark')];
}

/** What a roll-up is of: money, water, electricity, or a medium or balance by its name. */
export function rollUpName(of: string, { plant, lang }: Pick<ReportContent, 'plant' | 'lang'>): string {
  const medium = plant.media.get(of)?.name ?? plant.balances.get(of)?.name;
  return wordOr(lang, `rollUp.${of}`, medium === undefined ? of : named(medium, lang));
}

/** Counts and sums by cost class (forms of acceptance ask for these). */
function sumTable({
  savings,
  lang,
}: {
  readonly savings: NonNullable<ReportContent['savings']>;
  readonly lang: ReportContent['lang'];
}): Block {
  const w = (key: WordKey) => word(lang, key);
  const columns = [
    w('options.cost'),
    `>${w('options.proposedCount')}`,
    `>${w('options.doneCount')}`,
    `>${w('options.donePercent')}`,
    `>${w('options.investmentDone')}`,
    `>${w('options.benefitDone')}`,
    `>${w('options.investmentAhead')}`,
    `>${w('options.benefitAhead')}`,
  ];
  const rows = savings.sums.map((sum): readonly Cell[] => [
    w(`options.${sum.cost}`),
    count(sum.proposed),
    count(sum.done),
    percent(sum.donePercent),
    setting(sum.investmentDone),
    setting(sum.benefitDone),
    setting(sum.investmentAhead),
    setting(sum.benefitAhead),
  ]);
  return table(w('options.sums'), columns, rows);
}

/** What the options of a cost class saved per unit of product, measured before and after. */
export function savingTable({ savings, lang }: ReportContent, cost: OptionResult['cost']): readonly Block[] {
  const options = (savings?.options ?? []).filter((option) => option.cost === cost && option.saves.length > 0 && option.counts);
  if (options.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const columns = [
    w('options.option'),
    w('options.of'),
    w('options.before'),
    `>${w('options.specific')}`,
    w('options.after'),
    `>${w('options.specific')}`,
    w('report.unitOfMeasure'),
    `>${w('options.saved')}`,
    '>± U (k\u00a0=\u00a02)',
    `>${w('options.perYear')}`,
  ];
  const rows = options.flatMap((option) =>
    option.saves.map((saving): readonly Cell[] => [
      `${option.id} ${option.name[lang]}`,
      `${saving.streams.join('+')} / ${saving.product}`,
      `${saving.before.from} – ${saving.before.to}`,
      figure(saving.before.specific),
      `${saving.after.from} – ${saving.after.to}`,
      figure(saving.after.specific),
      saving.unit,
      saving.saved === null ? { text: DASH, value: null } : figure(saving.saved.percent, saving.saved.U / 2),
      saving.saved === null ? { text: DASH, value: null } : expanded(saving.saved.percent, saving.saved.U),
      saving.perYear === null ? DASH : figure(saving.perYear.value, saving.perYear.U / 2),
    ]),
  );
  const said = options.flatMap((option) => option.saves.flatMap((saving) => sentence(option, saving, lang)));
  return [table(w('options.savings'), columns, rows), { kind: 'list', items: said }, paragraph(w('options.independent'), 'remark')];
}

function sentence(option: OptionResult, { saved, why }: OptionResult['saves'][number], lang: ReportContent['lang']): readonly string[] {
  if (saved === null) return [filled(word(lang, 'options.unknown'), { name: option.name[lang], why: why ?? '' })];
  const key = Math.abs(saved.percent) <= saved.U ? 'options.notSignificant' : saved.percent < 0 ? 'options.rose' : 'options.fell';
  const places = { name: option.name[lang], percent: writtenNumber(Math.abs(saved.percent), 1), U: writtenNumber(saved.U, 1) };
  return [filled(word(lang, key), places)];
}

/** Options and savings as a chapter of the report page. */
export function savingsPart(content: ReportContent): readonly Block[] {
  if (content.savings === undefined) return [];
  return [
    heading(1, word(content.lang, 'options.title')),
    ...optionTable(content),
    ...savingTable(content, 'no-low'),
    ...savingTable(content, 'medium-high'),
  ];
}

const money = (value: number | null): Cell => (value === null ? DASH : setting(value));
