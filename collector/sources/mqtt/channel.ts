import type { Channel } from '../../../config/plant/plant.ts';
import type { SparkplugRead } from '../../../config/plant/reads.ts';
import type { MqttRead } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import { isAbsurd } from '../../sample/absurd.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { parsePath } from './path.ts';
import type { PayloadFormat, Place, Reading } from './payload.ts';

/** What becomes of a value that arrives, whatever it arrives in. */
export interface Scaled {
  readonly channel: string;
  readonly scale: number;
  readonly offset: number;
  /** Null for messages on change. */
  readonly everyMs: number | null;
}

/** One channel as it is received: its topic and how a payload becomes a number. */
export interface MqttChannel extends PayloadFormat, Scaled {
  readonly topic: string;
  /** The publisher's own count of its messages. */
  readonly sequence: { readonly place: Place; readonly publisher: string; readonly modulus: number | null } | null;
}

/** One metric of a Sparkplug edge node, or of a device behind it. */
export interface SparkplugChannel extends Scaled {
  readonly group: string;
  readonly node: string;
  readonly edgeDevice: string | null;
  readonly metric: string;
}

/** @throws Fault where topic, paths or columns cannot be used. */
export function mqttChannel(channel: Channel, read: MqttRead): MqttChannel {
  const topic = read.topic.replaceAll('{meter}', channel.meter.id).replaceAll('{channel}', channel.id);
  if (topic === '' || /[+#{}\0]/.test(topic)) {
    throw new Fault({
      code: 'mqtt.topic',
      place: channel.id,
      zh: `主题“${read.topic}”不可用：不能含 + 和 #，占位符只有 {meter} 与 {channel}`,
      en: `topic "${read.topic}" cannot be used: no + or #, and no placeholders but {meter} and {channel}`,
    });
  }
  const place = read.format === 'csv' ? columnOf : pathOf;
  const value = place(channel.id, read.value);
  const time = read.time === undefined ? null : place(channel.id, read.time);
  const counted = read.sequence === undefined || read.format === 'plain' ? null : place(channel.id, read.sequence);
  oneKindOfColumn(channel.id, [value, time, counted]);
  return {
    ...scaledOf(channel, read),
    topic,
    format: read.format,
    value,
    time,
    sequence: counted === null ? null : { place: counted, publisher: read.publisher ?? topic, modulus: read.sequenceModulus ?? null },
  };
}

export function sparkplugChannel(channel: Channel, read: SparkplugRead): SparkplugChannel {
  const [group, node, edgeDevice = null] = read.edge.split('/') as [string, string, string?];
  return { ...scaledOf(channel, read), group, node, edgeDevice, metric: read.metric };
}

function scaledOf(channel: Channel, read: MqttRead | SparkplugRead): Scaled {
  const { scale, offset, every } = read;
  return { channel: channel.id, scale, offset, everyMs: every === undefined ? null : durationMs(every) };
}

/** A publisher's clock may run ahead of ours by so much before its time is doubted. */
const AHEAD_MS = 60_000;
/** Clocks that lost their battery begin at 1970, 1980, 2000 or 2010: what a publisher had kept back is not as old as that. */
const EARLIEST_MS = Date.UTC(2015, 0, 1);

/** The time of what arrived, and whether the publisher's clock cannot have shown rightly what it said: then it is that of the arrival. */
export function timeOf(saidMs: number | null, arrivedMs: number): { readonly timeMs: number; readonly doubted: boolean } {
  const doubted = saidMs !== null && !(saidMs <= arrivedMs + AHEAD_MS && saidMs >= EARLIEST_MS);
  return { timeMs: saidMs === null || doubted ? arrivedMs : saidMs, doubted };
}

/** The sample of a reading, suspect where the publisher's clock is. `raw` is the payload as it came. */
export function sampleOf(channel: Scaled, reading: Reading, arrivedMs: number, origin: Origin, raw: string): Sample {
  const { timeMs, doubted } = timeOf(reading.timeMs, arrivedMs);
  const value = reading.value * channel.scale + channel.offset;
  if (!Number.isFinite(value) || isAbsurd(reading.value)) return missingSample(channel, timeMs, origin, 'garbage', raw);
  const state = doubted ? ({ quality: 'suspect', reason: 'clock-fault' } as const) : ({ quality: 'good', reason: 'none' } as const);
  return { channel: channel.channel, timeMs, value, ...state, origin, raw };
}

/** No reading: the sample says so and why. */
export function missingSample(channel: Scaled, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): Sample {
  return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason, origin, raw };
}

function pathOf(channel: string, text: string): Place {
  const path = parsePath(text);
  if (path !== null) return { path };
  throw new Fault({
    code: 'mqtt.path',
    place: channel,
    zh: `“${text}”不是 JSON 路径；请写成 $.data.flow 或 $[0].value 的形式`,
    en: `"${text}" is no JSON path; write it like $.data.flow or $[0].value`,
  });
}

function columnOf(channel: string, text: string): Place {
  const number = /^\d+$/.test(text) ? Number(text) : null;
  if (!text.startsWith('$') && number !== 0 && text !== '') return { column: number === null ? text : number - 1 };
  throw new Fault({
    code: 'mqtt.column',
    place: channel,
    zh: `format: csv 须用 value 写明列号（从 1 起）或首行中的列名，“${text}”不是`,
    en: `format: csv needs its column in value, by number from 1 or by its heading in the first row; "${text}" is none`,
  });
}

/** A first row of headings is there or it is not. */
function oneKindOfColumn(channel: string, places: readonly (Place | null)[]): void {
  const kinds = new Set(places.flatMap((place) => (place !== null && 'column' in place ? [typeof place.column] : [])));
  if (kinds.size < 2) return;
  throw new Fault({
    code: 'mqtt.column',
    place: channel,
    zh: '列号与列名不能混用：请都写列号，或都写列名',
    en: 'columns go by number or by heading, not by both',
  });
}
