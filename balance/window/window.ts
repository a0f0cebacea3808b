import { HOUR_MS } from '../../collector/sample/hour.ts';
import { Fault } from '../../config/words/fault.ts';

export { HOUR_MS };
/** @source 云经资源〔2007〕518号 附件二 二、三: 一个周期（不少于72小时） */
export const AUDIT_HOURS = 72;

/** A span of time, UTC ms, `fromMs` inclusive, `toMs` exclusive. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * @throws Fault `window.empty` where it does not end after it starts.
 */
export function windowOf(fromMs: number, toMs: number): Window {
  if (!(toMs > fromMs)) {
    throw new Fault({
      code: 'window.empty',
      zh: '窗口的结束时刻必须晚于开始时刻（--from、--to）',
      en: 'the window must end after it starts (--from, --to)',
    });
  }
  return { fromMs, toMs };
}

/** Length in hours. */
export function hoursOf({ fromMs, toMs }: Window): number {
  return (toMs - fromMs) / HOUR_MS;
}

/**
 * The last complete 72 h before `untilMs`, the newest reading or now: it ends on a full hour as the plant counts hours, from the start
 * of its production day.
 *
 * @param productionDay start of the production day, `HH:MM` in the plant's offset
 */
export function lastComplete(untilMs: number, productionDay: string, offsetMinutes: number, hours = AUDIT_HOURS): Window {
  const minutes = Number(productionDay.slice(3, 5)) - offsetMinutes;
  const phaseMs = (((minutes % 60) + 60) % 60) * 60_000;
  const toMs = Math.floor((untilMs - phaseMs) / HOUR_MS) * HOUR_MS + phaseMs;
  return { fromMs: toMs - hours * HOUR_MS, toMs };
}
