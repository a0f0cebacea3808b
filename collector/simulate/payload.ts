import type { MqttRead } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';

/**
 * The message that a meter publishes for a reading, as the plant file says that it is read, and the value that comes back from it.
 * Numbers are sent with six decimals at most. Paths are `$.name` or `$.name.name`.
 */
export function payloadOf(read: MqttRead, reading: number, timeMs: number): { readonly payload: string; readonly value: number } {
  const sent = Number(((reading - read.offset) / read.scale).toFixed(6));
  const value = sent * read.scale + read.offset;
  if (read.format === 'plain') return { payload: String(sent), value };
  const message: Record<string, unknown> = {};
  put(message, read.value, sent);
  if (read.time !== undefined) put(message, read.time, new Date(timeMs).toISOString());
  return { payload: JSON.stringify(message), value };
}

/** The topic with `{meter}` and `{channel}` filled in. */
export function topicOf(read: MqttRead, meter: string, channel: string): string {
  return read.topic.replaceAll('{meter}', meter).replaceAll('{channel}', channel);
}

function put(message: Record<string, unknown>, path: string, value: unknown): void {
  const names = /^\$((?:\.\w+)+)$/.exec(path)?.[1]?.slice(1).split('.');
  if (names === undefined) {
    throw new Fault({
      code: 'simulation.path',
      place: path,
      zh: `模拟只能发布 $.名称 形式的路径，“${path}”不是`,
      en: `the simulation publishes paths like $.name only; ${path} is none`,
    });
  }
  let at = message;
  for (const name of names.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Record<string, unknown>;
  }
  at[names.at(-1) as string] = value;
}
