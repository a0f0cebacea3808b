import { type WordKey, word } from '../../../config/words/word.ts';
import type { Indicator } from '../../media/indicators/indicator.ts';
import type { ReportContent } from '../content.ts';
import { unitName } from '../names.ts';
import { type BookSheet, bold, formula, headRow, number, type Row, type SheetCell, text } from './sheet.ts';

/**
 * The indicators of the window with the terms that each is worked out of, below them what options changed per unit of product; null where
 * the plant has neither. Values are live formulas over the cells of their terms where the printed formula says no more than + − ÷ ×.
 */
export function indicatorSheet(content: ReportContent): BookSheet | null {
  const rows = [...ofTheWindow(content), ...beforeAndAfter(content, ofTheWindow(content).length)];
  if (rows.length === 0) return null;
  return {
    name: word(content.lang, 'report.indicators'),
    rows,
    widths: [34, 24, 16, 12, 12, 12, 44, 40, 14, 14, 14],
    heads: 1,
  };
}

function ofTheWindow(content: ReportContent): readonly Row[] {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const indicators = balances.indicators ?? [];
  if (indicators.length === 0) return [];
  const rows: Row[] = [
    headRow([
      w('report.indicator'),
      w('report.boundary'),
      w('report.value'),
      'u (k = 1)',
      'U (k = 2)',
      w('report.unitOfMeasure'),
      w('report.formula'),
      w('indicators.norm'),
      w('indicators.general'),
      w('indicators.advanced'),
      w('report.unitOfMeasure'),
    ]),
  ];
  for (const indicator of indicators) {
    const { name, product, boundary, value, u, unit, formula: printed, source, reference, status, terms } = indicator;
    const at = rows.length + 1;
    const confirm = status === 'to-confirm' || reference?.status === 'to-confirm' ? `; ${w('ruleStatus.to-confirm')}` : '';
    const live = value === null ? null : liveFormula(indicator, at + 1);
    rows.push([
      bold(`${name[lang]}${product === undefined ? '' : ` (${product})`}`),
      text(unitName(content, boundary)),
      value === null ? text(w('general.unknown')) : live === null ? number(value, u) : formula(live, value, u),
      number(u, u),
      u === null ? null : formula(`=2*D${at}`, 2 * u, u),
      text(unit),
      text(`${printed}; ${source}${confirm}`),
      reference === undefined ? null : text(`${reference.document}: ${reference.name[lang]}`),
      number(reference?.general ?? null),
      number(reference?.advanced ?? null),
      text(reference?.unit ?? ''),
    ]);
    for (const term of terms) {
      const parts = text(term.of.join(w('general.listSeparator')));
      rows.push([text(`    ${term.symbol}`), null, number(term.value, term.u), number(term.u, term.u), null, text(term.unit), parts]);
    }
  }
  return rows;
}

/**
 * The printed formula over the cells of column C from row `first` on, where its terms stand; null where it holds more than its terms,
 * numbers, brackets and + − × ÷.
 *
 * @example `Kl = Vl ÷ Vi × 100 %` with Vl in C3 and Vi in C4 → `=C3/C4*100`
 */
export function liveFormula({ formula: printed, terms }: Pick<Indicator, 'formula' | 'terms'>, first: number): string | null {
  const right = /^[^=]+=(.+?)(?: %)?$/.exec(printed)?.[1];
  if (right === undefined || terms.some(({ value }) => value === null)) return null;
  const cells = new Map(terms.map(({ symbol }, k) => [symbol, `C${first + k}`]));
  const operators: Readonly<Record<string, string>> = { '×': '*', '÷': '/', '−': '-', '+': '+', '-': '-', '(': '(', ')': ')' };
  const parts = right.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|\S/g) ?? [];
  const written = parts.map((part) => cells.get(part) ?? operators[part] ?? (/^\d/.test(part) ? part : null));
  return written.includes(null) ? null : `=${written.join('')}`;
}

/** Amounts per unit of product before and after an option, worked out by the sheet with their U (k = 2). */
function beforeAndAfter({ savings, lang }: ReportContent, above: number): readonly Row[] {
  const w = (key: WordKey) => word(lang, key);
  const measured = (savings?.options ?? []).flatMap(({ id, name, saves }) => saves.map((saving) => ({ id, name, saving })));
  if (measured.length === 0) return [];
  const rows: Row[] = [
    ...(above > 0 ? [[]] : []),
    headRow([
      w('indicators.beforeAfter'),
      w('options.of'),
      w('indicators.specific'),
      'u (k = 1)',
      'U (k = 2)',
      w('report.unitOfMeasure'),
      w('report.window'),
      '',
      w('report.total'),
      'u (k = 1)',
      w('workbook.production'),
      'u (k = 1)',
    ]),
  ];
  for (const { id, name, saving } of measured) {
    for (const side of ['before', 'after'] as const) {
      const { from, to, amount, u, production, productionU, specific } = saving[side];
      const at = above + rows.length + 1;
      const known = amount !== null && production !== null && specific !== null;
      const spread = known && u !== null && productionU !== null && amount !== 0;
      const like = spread ? Math.abs(specific) * Math.hypot(u / amount, productionU / production) : null;
      const cell = (expression: string, value: number | null): SheetCell => formula(expression, value, like);
      rows.push([
        text(`${id} ${name[lang]}: ${w(`options.${side}`)}`),
        text(`${saving.streams.join('+')} / ${saving.product}`),
        known ? formula(`=I${at}/K${at}`, specific, like) : text(w('general.unknown')),
        spread ? cell(`=ABS(C${at})*SQRT((J${at}/I${at})^2+(L${at}/K${at})^2)`, like) : null,
        spread ? cell(`=2*D${at}`, like === null ? null : 2 * like) : null,
        text(saving.unit),
        text(`${from} – ${to}`),
        null,
        number(amount, u),
        number(u, u),
        number(production, productionU),
        number(productionU, productionU),
      ]);
    }
    const at = above + rows.length + 1;
    const { saved } = saving;
    rows.push([
      bold(w('options.saved')),
      null,
      saved === null ? text(w('general.unknown')) : formula(`=100*(1-C${at - 1}/C${at - 2})`, saved.percent, saved.U / 2),
      null,
      saved === null ? null : number(saved.U, saved.U / 2),
      text('%'),
      text(saving.why ?? ''),
    ]);
  }
  return rows;
}
