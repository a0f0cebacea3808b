import { type WordKey, word } from '../../config/words/word.ts';
import { type Block, type Cell, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count } from './figures.ts';
import type { IntakeAccount, IntakeAccounts } from './intake-account.ts';
import { filled } from './names.ts';

const INTAKE_COLUMNS = ['polled', 'journalled', 'quarantined', 'returned', 'within', 'difference', 'hours'] as const;

/** What stands in the columns of the table of sources, in order; what is within dead-bands only where there is any. */
export const intakeColumns = ({ total }: Pick<IntakeAccounts, 'total'>): readonly (typeof INTAKE_COLUMNS)[number][] =>
  INTAKE_COLUMNS.filter((column) => column !== 'within' || total.within !== undefined);

/** What each source polled, and what of it is in the journal; what is not known is said. */
export function intakePart({ intake, lang }: ReportContent): readonly Block[] {
  if (intake === undefined) return [];
  const w = (key: WordKey) => word(lang, key);
  if (intake === null) return [paragraph(w('report.intake.none'), 'remark')];
  const { sources, total, hours } = intake;
  const shown = intakeColumns(intake);
  const cells = (name: string, account: IntakeAccount & { readonly hours: number }): readonly Cell[] => [
    name,
    ...shown.map((column) => count(account[column] ?? 0)),
  ];
  const rows = [
    ...sources.map((account) => cells(account.source, account)),
    cells(filled(w('report.intake.all'), { n: String(sources.length) }), { ...total, hours: hours.counted }),
  ];
  const columns = [w('report.intake.source'), ...shown.map((column) => `>${w(`report.intake.${column}`)}`)];
  return [
    paragraph(w('report.intake')),
    ...(total.within === undefined ? [] : [paragraph(w('report.intake.withinText'))]),
    table(w('report.intakeTable'), columns, rows),
    ...intakeRemarks(intake, lang).map((remark) => paragraph(remark, 'remark')),
  ];
}

/** What the counts do not say. */
export function intakeRemarks(
  { hours, uncountedMinutes, notCounted }: NonNullable<ReportContent['intake']>,
  lang: ReportContent['lang'],
): readonly string[] {
  const said = (key: WordKey, places: Readonly<Record<string, string>>): string => filled(word(lang, key), places);
  return [
    said('report.intake.hoursText', { window: String(hours.window), counted: String(hours.counted) }),
    ...(uncountedMinutes > 0 ? [said('report.intake.uncounted', { minutes: String(uncountedMinutes) })] : []),
    ...(notCounted.length > 0 ? [said('report.intake.notCounted', { sources: notCounted.join(word(lang, 'general.listSeparator')) })] : []),
  ];
}
