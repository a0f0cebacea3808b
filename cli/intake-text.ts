import type { IntakeAccount, IntakeAccounts } from '../balance/report/intake-account.ts';
import { intakeColumns, intakeRemarks } from '../balance/report/intake-part.ts';
import { word } from '../config/words/word.ts';
import { columns } from './columns.ts';

/** Sources that are spelled out where they have nothing amiss; the rest stands in the JSON. */
const MOST_ROWS = 20;

/** What each source polled and what of it was journalled, for a person; null: nothing was counted. */
export function intakeLines(intake: IntakeAccounts | null, span: string): string[] {
  if (intake === null) return [word('zh', 'report.intake.none'), word('en', 'report.intake.none')].map((text) => `  ${text}`);
  const { sources, total, hours } = intake;
  const shown = intakeColumns(intake);
  const amiss = (one: IntakeAccount): boolean => one.difference !== 0 || one.quarantined > 0 || one.returned > 0;
  const first = [...sources.filter(amiss), ...sources.filter((one) => !amiss(one))];
  const most = Math.max(MOST_ROWS, sources.filter(amiss).length);
  const row = (name: string, account: IntakeAccount & { readonly hours: number }): string[] => [
    `  ${name}`,
    ...shown.map((column) => String(account[column] ?? 0)),
  ];
  const head = [
    `  ${word('zh', 'report.intake.source')} source`,
    ...shown.map((column) => `${word('zh', `report.intake.${column}`)} ${word('en', `report.intake.${column}`).toLowerCase()}`),
  ];
  const left = first.length - most;
  return [
    `采集守恒 conservation of what was polled, ${span}`,
    columns([head, ...first.slice(0, most).map((one) => row(one.source, one)), row('合计 all', { ...total, hours: hours.counted })]),
    ...(left > 0 ? [`  … ${left}`] : []),
    ...(['zh', 'en'] as const).flatMap((lang) => intakeRemarks(intake, lang)).map((text) => `  ${text}`),
  ];
}
