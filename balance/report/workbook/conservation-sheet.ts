import { type WordKey, word } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { intakeColumns, intakeRemarks } from '../intake-part.ts';
import { channelName, filled } from '../names.ts';
import { type BookSheet, bold, counted, headRow, type Row, sumOf, text, whole } from './sheet.ts';

/** Where the readings went that were due, and where the records went that were polled; null where neither is known. */
export function conservationSheet(content: ReportContent): BookSheet | null {
  const { lang, samples, intake } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [];
  if (samples !== undefined) {
    rows.push(...sentences(w('report.conservation')), []);
    rows.push(...sampleRows(content, samples, rows.length + 1), []);
  }
  if (intake === null) rows.push(...sentences(w('report.intake.none')));
  else if (intake !== undefined) {
    rows.push(...sentences(w('report.intake')));
    if (intake.total.within !== undefined) rows.push(...sentences(w('report.intake.withinText')));
    rows.push([]);
    rows.push(...sourceRows(content, intake, rows.length + 1), []);
    rows.push(...intakeRemarks(intake, lang).flatMap(sentences));
  }
  return rows.length === 0 ? null : { name: w('workbook.conservation'), rows, widths: [36, 14, 14, 14, 14, 14, 16, 16], heads: 0 };
}

/** A row each: one that ran beyond the tables would be printed small. */
const sentences = (remark: string): Row[] => remark.split(/(?<=。)|(?<=\.) /).map((sentence) => [text(sentence)]);

/** @param first number of the row in which the table begins. */
function sampleRows(content: ReportContent, samples: NonNullable<ReportContent['samples']>, first: number): Row[] {
  const w = (key: WordKey) => word(content.lang, key);
  const keys = ['expected', 'good', 'suspect', 'missing', 'unaccounted', 'additional'] as const;
  const due = samples.channels.filter(({ expected }) => expected !== null);
  const { total } = samples;
  const sums = [total.expected!, total.good, total.suspect, total.missed, 0, total.additional];
  const unaccounted = (row: number, value: number) => counted(`=B${row}-C${row}-D${row}-E${row}`, value);
  const at = first + 1 + due.length;
  return [
    headRow([w('report.channel'), ...keys.map((key) => w(`report.samples.${key}`))]),
    ...due.map(
      (one, index): Row => [
        text(channelName(content, one.channel)),
        ...[one.expected, one.good, one.suspect, one.missed].map(whole),
        unaccounted(first + 1 + index, one.unaccounted),
        whole(one.additional),
      ],
    ),
    [
      bold(filled(w('report.allChannels'), { n: String(due.length) })),
      ...sums.map((value, index) =>
        index === 4 ? unaccounted(at, total.unaccounted) : counted(sumOf('BCDEFG'[index]!, first + 1, at - 1), value),
      ),
    ],
  ];
}

/** @param first number of the row in which the table begins. */
function sourceRows({ lang }: ReportContent, intake: NonNullable<ReportContent['intake']>, first: number): Row[] {
  const { sources, total, hours } = intake;
  const w = (key: WordKey) => word(lang, key);
  const columns = intakeColumns(intake);
  /** Those that are added up; behind them stands what is left. */
  const parts = columns.filter((column) => column !== 'difference' && column !== 'hours');
  const letters = 'BCDEF'.slice(0, parts.length);
  const difference = (row: number, value: number) => counted(`=${[...letters].map((letter) => `${letter}${row}`).join('-')}`, value);
  const at = first + 1 + sources.length;
  return [
    headRow([w('report.intake.source'), ...columns.map((column) => w(`report.intake.${column}`))]),
    ...sources.map(
      (one, index): Row => [
        text(one.source),
        ...parts.map((part) => whole(one[part] ?? 0)),
        difference(first + 1 + index, one.difference),
        whole(one.hours),
      ],
    ),
    [
      bold(filled(w('report.intake.all'), { n: String(sources.length) })),
      ...parts.map((part, index) => counted(sumOf(letters[index]!, first + 1, at - 1), total[part] ?? 0)),
      difference(at, total.difference),
      whole(hours.counted),
    ],
  ];
}
