import { named, type WordKey, word, wordOr } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { balanceName, budgetName, channelName, filled, unitName } from '../names.ts';
import { noteText } from '../note-text.ts';
import { programVersion } from '../version.ts';
import { type BookSheet, bold, headRow, number, type Row, share, text, whole } from './sheet.ts';

/** What the workbook is about, and how its figures can be recomputed. */
export function frontSheet(content: ReportContent): BookSheet {
  const { plant, balances, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const { window, revision, depth, journal } = balances;
  const rows: Row[] = [[bold(filled(w('audit.title'), { name: named(plant.file.plant.name, lang) }))]];
  if (balances.simulated || plant.simulated) rows.push([bold(w('simulated.banner'))]);
  rows.push(
    [text(w('report.name')), text(`${named(plant.file.plant.name, lang)} (${plant.id})`)],
    [text(w('report.jurisdiction')), text(plant.file.plant.jurisdiction)],
    [text(w('report.window')), text(filled(w('report.windowText'), { from: window.from, to: window.to }))],
    [text(w('report.hours')), text(String(Number(window.hours.toFixed(2))))],
    [text(w('report.auditBalance')), text(w(depth.auditBalance ? 'report.auditYes' : 'report.auditNo'))],
    ...depth.reasons.map((reason): Row => [null, text(reason[lang])]),
    [text(w('report.revision')), text(String(revision))],
    [text(w('report.version')), text(`${w('app.name')} ${programVersion()}`)],
    [text(w('report.journalFrom')), text(String(journal?.from ?? ''))],
    [text(w('report.journalTo')), text(String(journal?.to ?? ''))],
    [text('SHA-256'), text(journal?.sha256 ?? '')],
    [text(w('report.uncertainty')), text(w('report.uncertaintyText'))],
  );
  return { name: w('workbook.front'), rows, widths: [24, 70], heads: 0 };
}

/** Every stream of every balance as computed. */
export function streamSheet(content: ReportContent): BookSheet {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const titles = [
    w('report.balance'),
    w('report.stream'),
    w('report.label'),
    w('report.from'),
    w('report.to'),
    w('report.unitOfMeasure'),
    w('report.total'),
    'u (k = 1)',
    w('report.basis'),
    w('report.coverageOfTime'),
    w('report.coverageOfQuantity'),
    w('report.reconciled'),
    'u (k = 1)',
    '|z|',
    w('report.standardCoal'),
    w('report.notes'),
  ];
  const rows: Row[] = [headRow(titles)];
  for (const balance of wholes(content)) {
    for (const stream of balance.streams) {
      rows.push([
        text(balanceName(content, balance)),
        text(stream.id),
        text(stream.name[lang]),
        text(unitName(content, stream.from)),
        text(unitName(content, stream.to)),
        text(stream.unit),
        number(stream.total, stream.u),
        number(stream.u, stream.u),
        text(w(`basis.${stream.basis}`)),
        share(stream.coverageOfTime),
        share(stream.coverageOfQuantity),
        number(stream.reconciled, stream.reconciledU),
        number(stream.reconciledU, stream.reconciledU),
        number(stream.test ?? null, 0.1),
        number(stream.standardCoal?.kgce ?? null),
        text(
          [...stream.notes.map((note) => noteText(note, lang)), stream.standardCoal?.factor ?? ''].filter((note) => note !== '').join('; '),
        ),
      ]);
    }
  }
  const widths = [20, 18, 20, 20, 20, 10, 16, 12, 10, 10, 10, 16, 12, 8, 16, 60];
  return { name: `${w('report.streams')} (${balances.revision})`, rows, widths, heads: 1 };
}

/** What the uncertainty of each stream and each stock change is made of. */
export function budgetSheet(content: ReportContent): BookSheet {
  const { lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [headRow([w('report.balance'), w('report.stream'), w('workbook.source'), 'u (k = 1)', w('report.unitOfMeasure')])];
  for (const balance of wholes(content)) {
    for (const stream of balance.streams) {
      for (const part of stream.budget) {
        rows.push([
          text(balanceName(content, balance)),
          text(stream.id),
          text(budgetName(part.name, lang)),
          number(part.u, part.u),
          text(stream.unit),
        ]);
      }
    }
    for (const { id, unit, budget = [] } of balance.stocks ?? []) {
      for (const { name, u } of budget)
        rows.push([text(balanceName(content, balance)), text(id), text(budgetName(name, lang)), number(u, u), text(unit)]);
    }
  }
  return { name: w('workbook.budget'), rows, widths: [20, 20, 40, 14, 10], heads: 1 };
}

/** Samples counted, then the gaps. */
export function gapSheet(content: ReportContent): BookSheet {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const { channels, good, suspect, missing, gaps } = balances.completeness;
  const reasonName = (reason: string) => wordOr(lang, `reason.${reason}`, reason) || reason;
  const rows: Row[] = [
    [text(w('report.channels')), whole(channels)],
    [text(w('quality.good')), whole(good)],
    [text(w('quality.suspect')), whole(suspect)],
    ...Object.entries(missing).map(([reason, n]): Row => [text(`${w('quality.missing')}: ${reasonName(reason)}`), whole(n)]),
    [],
    headRow([w('report.channel'), w('report.from'), w('report.to'), w('report.reason')]),
    ...gaps.map((gap): Row => [text(channelName(content, gap.channel)), text(gap.from), text(gap.to), text(reasonName(gap.reason))]),
  ];
  return { name: w('report.completeness'), rows, widths: [36, 28, 28, 24], heads: 0 };
}

function wholes({ plant, balances }: ReportContent) {
  return balances.balances.filter(({ boundary }) => plant.units.get(boundary)?.level === 'plant');
}
