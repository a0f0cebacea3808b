import { type WordKey, word } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { rollUpName } from '../savings-part.ts';
import { type BookSheet, bold, counted, headRow, number, type Row, text, whole } from './sheet.ts';

/** Cells of the sheet of options, by what stands in them: `lowCost.implementedPercent` → `D8`. */
export type OptionCells = Readonly<Record<string, string>>;

const CLASSES = { 'no-low': 'lowCost', 'medium-high': 'highCost' } as const;

/** The register of options with counts and sums by class as live formulas over it; null where the plant keeps none. */
export function optionSheet(content: ReportContent): (BookSheet & { readonly cells: OptionCells }) | null {
  const { savings, lang } = content;
  if (savings === undefined) return null;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [
    headRow([
      'ID',
      w('options.option'),
      w('options.cost'),
      w('options.state'),
      w('options.proposed'),
      w('options.decided'),
      w('options.done'),
      w('options.investment'),
      w('options.benefit'),
      w('options.counts'),
    ]),
  ];
  for (const option of savings.options) {
    rows.push([
      text(option.id),
      text(option.name[lang]),
      text(w(`options.${option.cost}`)),
      text(w(`options.state.${option.state}`)),
      text(option.proposed),
      text(option.decided ?? ''),
      text(option.done ?? ''),
      number(option.investment),
      number(option.benefit),
      text(option.counts ? w('options.yes') : w('options.beforeRound')),
    ]);
  }
  const last = rows.length;
  const range = (column: string) => `$${column}$2:$${column}$${last}`;
  rows.push(
    [],
    headRow([
      w('options.sums'),
      '',
      ...['proposedCount', 'doneCount', 'donePercent', 'investmentDone', 'benefitDone'].map((key) => w(`options.${key}` as WordKey)),
    ]),
  );
  const cells: Record<string, string> = {};
  for (const { cost, proposed, done: finished, donePercent, investmentDone, benefitDone } of savings.sums) {
    const at = rows.length + 1;
    const own = `${range('C')},B${at},${range('J')},"${w('options.yes')}"`;
    const done = `${own},${range('D')},"${w('options.state.done')}"`;
    rows.push([
      null,
      bold(w(`options.${cost}`)),
      counted(`=COUNTIFS(${own})`, proposed),
      counted(`=COUNTIFS(${done})`, finished),
      { formula: `=IF(C${at}=0,"",100*D${at}/C${at})`, value: donePercent, format: '0.0', bold: true },
      { formula: `=SUMIFS(${range('H')},${done})`, value: investmentDone, format: '#,##0.00', bold: true },
      { formula: `=SUMIFS(${range('I')},${done})`, value: benefitDone, format: '#,##0.00', bold: true },
    ]);
    cells[`${CLASSES[cost]}.implemented`] = `D${at}`;
    cells[`${CLASSES[cost]}.implementedPercent`] = `E${at}`;
  }
  rows.push(...rollUpRows(content));
  return { name: w('workbook.options'), rows, widths: [14, 30, 14, 14, 14, 14, 14, 16, 18, 24], heads: 1, cells };
}

/** Yearly savings in the units of the forms, below the register. */
function rollUpRows(content: ReportContent): readonly Row[] {
  const { rollUps = [] } = content.savings ?? {};
  if (rollUps.length === 0) return [];
  const w = (key: WordKey) => word(content.lang, key);
  return [
    [],
    headRow([
      w('options.rollUps'),
      w('options.saving'),
      w('options.perYear'),
      'U (k = 2)',
      w('report.unitOfMeasure'),
      w('options.addedUp'),
    ]),
    ...rollUps.map(
      ({ of, value, U, unit, count }): Row => [
        null,
        text(rollUpName(of, content)),
        number(value, U === null ? null : U / 2),
        number(U, U === null ? null : U / 2),
        text(unit),
        whole(count),
      ],
    ),
  ];
}

/** What each option saved per unit of product: the amounts as computed, the saving worked out by the sheet. */
export function savingSheet({ savings, lang }: ReportContent): BookSheet | null {
  if (savings === undefined || savings.options.every(({ saves }) => saves.length === 0)) return null;
  const w = (key: WordKey) => word(lang, key);
  const side = ['from', 'to'] as const;
  const rows: Row[] = [
    headRow([
      'ID',
      w('options.of'),
      ...(['before', 'after'] as const).flatMap((key) => [
        ...side.map((end) => `${w(`options.${key}`)} ${w(`report.${end}`)}`),
        w('report.total'),
        'u (k = 1)',
        w('workbook.production'),
        'u (k = 1)',
      ]),
      w('options.saved'),
      'U (k = 2)',
      w('options.perYear'),
      'U (k = 2)',
    ]),
  ];
  for (const option of savings.options) {
    for (const saving of option.saves) {
      const at = rows.length + 1;
      const sides = [saving.before, saving.after].flatMap((each) => [
        text(each.from),
        text(each.to),
        number(each.amount, each.u),
        number(each.u, each.u),
        number(each.production, each.productionU),
        number(each.productionU, each.productionU),
      ]);
      rows.push([
        text(option.id),
        text(`${saving.streams.join('+')} / ${saving.product} (${saving.unit})`),
        ...sides,
        saving.saved === null
          ? text(w('general.unknown'))
          : { formula: `=100*(1-(K${at}/M${at})/(E${at}/G${at}))`, value: saving.saved.percent, format: '0.00' },
        number(saving.saved?.U ?? null, saving.saved === null ? null : saving.saved.U / 2),
        number(saving.perYear?.value ?? null, saving.perYear === null ? null : saving.perYear.U / 2),
        number(saving.perYear?.U ?? null, saving.perYear === null ? null : saving.perYear.U / 2),
      ]);
    }
  }
  return {
    name: w('workbook.savings'),
    rows,
    widths: [14, 30, ...[20, 20, 14, 12, 14, 12], ...[20, 20, 14, 12, 14, 12], 12, 12, 16, 12],
    heads: 1,
  };
}
