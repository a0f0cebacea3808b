import { HOUR_MS, hourOf } from './hour.ts';
import type { IntakeStatement } from './intake.ts';

/** The event under which the journal holds what was counted of a source. */
export const INTAKE = 'intake';
/** The event that says up to when a run that ended without a word had said what it counted. */
export const INTAKE_BROKEN = 'intake-broken';

/** The counts of a run after `countedMs` are not known; the journal holds records of up to `untilMs`. UTC ms. */
export interface BrokenRun {
  readonly run: string;
  readonly countedMs: number;
  readonly untilMs: number;
}

/**
 * `run=… hour=… state=… turn=… polled=… journalled=… quarantined=… returned=…`, for a person and for `statementOf`; with `within=…` where
 * looks were within a dead-band.
 */
export function statementText({ run, hourMs, state, turn, polled, journalled, quarantined, returned, within }: IntakeStatement): string {
  const counts = { polled, journalled, quarantined, returned, ...(within === undefined ? {} : { within }) };
  const told = { run, hour: new Date(hourMs).toISOString(), state, turn, ...counts };
  return Object.entries(told)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

const STATES: ReadonlySet<string> = new Set<IntakeStatement['state']>(['open', 'over', 'stopped', 'broken']);

/** Null for a text that `statementText` does not write. */
export function statementOf(source: string, text: string): IntakeStatement | null {
  const fields = fieldsOf(text);
  const [run, state, hourMs] = [fields.get('run'), fields.get('state') ?? '', Date.parse(fields.get('hour') ?? '')];
  const [turn, polled, journalled, quarantined, returned] = ['turn', 'polled', 'journalled', 'quarantined', 'returned'].map((key) =>
    Number(fields.get(key)),
  ) as [number, number, number, number, number];
  const within = fields.has('within') ? { within: Number(fields.get('within')) } : {};
  const whole = [turn, polled, journalled, quarantined, returned, within.within ?? 0].every(
    (count) => Number.isSafeInteger(count) && count >= 0,
  );
  if (run === undefined || !STATES.has(state) || !whole || hourMs !== hourOf(hourMs)) return null;
  return { run, source, hourMs, state: state as IntakeStatement['state'], turn, polled, journalled, quarantined, returned, ...within };
}

export const brokenText = ({ run, countedMs, untilMs }: BrokenRun): string =>
  `run=${run} counted=${new Date(countedMs).toISOString()} until=${new Date(untilMs).toISOString()}`;

/** Null for a text that `brokenText` does not write. */
export function brokenOf(text: string): BrokenRun | null {
  const fields = fieldsOf(text);
  const [run, countedMs, untilMs] = [fields.get('run'), Date.parse(fields.get('counted') ?? ''), Date.parse(fields.get('until') ?? '')];
  return run === undefined || !(countedMs <= untilMs) ? null : { run, countedMs, untilMs };
}

/** The time after which nothing was counted, hour by hour: at least a millisecond, so that it is seen. */
export function uncountedHours({ countedMs, untilMs }: BrokenRun): { readonly hourMs: number; readonly ms: number }[] {
  const endMs = Math.max(untilMs, countedMs + 1);
  const hours: { readonly hourMs: number; readonly ms: number }[] = [];
  for (let hourMs = hourOf(countedMs); hourMs < endMs; hourMs += HOUR_MS) {
    hours.push({ hourMs, ms: Math.min(endMs, hourMs + HOUR_MS) - Math.max(countedMs, hourMs) });
  }
  return hours;
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(' ').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}
