import type { AlarmEvent } from '../../balance/oversight/alarms.ts';

/** A place that alarms go to. */
export interface AlarmTarget {
  /** What it is called in messages; holds no secret. */
  readonly name: string;
  /** Settles once the other side has taken the event; rejects where it did not. An event may come twice: it is known by id and event. */
  deliver(event: AlarmEvent): Promise<void>;
  close(): Promise<void>;
}

/** How an event is told to machines: the same document by MQTT and webhook. Times are ISO 8601 UTC. */
export function documentOf({ atMs, ...event }: AlarmEvent): Record<string, unknown> {
  return { ...event, at: new Date(atMs).toISOString() };
}

/** One line for a person, Chinese and English. */
export function subjectOf({ event, plant, zh, en, simulated }: AlarmEvent): string {
  const what = event === 'raised' ? '报警 alarm' : '恢复 recovered';
  return `[${what}]${simulated ? '[模拟 simulated]' : ''} ${plant} ${zh} / ${en}`;
}
