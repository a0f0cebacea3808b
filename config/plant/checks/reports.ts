import { Cron } from 'croner';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';

/** The time of a scheduled report is one that comes. */
export function reportFindings(draft: Pick<Draft, 'reports'>): Finding[] {
  return draft.reports.flatMap(({ item, path }) => {
    if (item.at.trim().split(/\s+/).length === 5 && comes(item.at)) return [];
    const zh = `“${item.at}”不是定时：需要五个字段 分 时 日 月 周，如 30 8 * * 1`;
    return [
      fault('report.schedule', [...path, 'at'], zh, `"${item.at}" is no schedule: five fields are needed, minute hour day month weekday`),
    ];
  });
}

function comes(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
