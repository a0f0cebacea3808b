import type { Channel } from '../../../config/plant/plant.ts';
import type { MqttRead } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { type Path, parsePath } from './path.ts';
import type { PayloadFormat, Reading } from './payload.ts';

/** One channel as it is received: its topic and how a payload becomes a number. */
export interface MqttChannel extends PayloadFormat {
  readonly channel: string;
  readonly topic: string;
  readonly scale: number;
  readonly offset: number;
  /** Null for messages on change. */
  readonly everyMs: number | null;
}

/** No instrument means this: devices send 1e38 and beyond for “no value”. */
const ABSURD = Math.fround(1e38);

/** @throws Fault where topic or paths cannot be used. */
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
  return {
    channel: channel.id,
    topic,
    format: read.format,
    value: pathOf(channel.id, read.value),
    time: read.time === undefined ? null : pathOf(channel.id, read.time),
    scale: read.scale,
    offset: read.offset,
    everyMs: read.every === undefined ? null : durationMs(read.every),
  };
}

/** The sample of a reading. `raw` is the payload as it came. */
export function sampleOf(channel: MqttChannel, reading: Reading, arrivedMs: number, origin: Origin, raw: string): Sample {
  const timeMs = reading.timeMs ?? arrivedMs;
  const value = reading.value * channel.scale + channel.offset;
  if (!Number.isFinite(value) || Math.abs(reading.value) >= ABSURD) return missingSample(channel, timeMs, origin, 'garbage', raw);
  return { channel: channel.channel, timeMs, value, quality: 'good', reason: 'none', origin, raw };
}

/** No reading: the sample says so and why. */
export function missingSample(channel: MqttChannel, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): Sample {
  return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason, origin, raw };
}

function pathOf(channel: string, text: string): Path {
  const path = parsePath(text);
  if (path !== null) return path;
  throw new Fault({
    code: 'mqtt.path',
    place: channel,
    zh: `“${text}”不是 JSON 路径；请写成 $.data.flow 或 $[0].value 的形式`,
    en: `"${text}" is no JSON path; write it like $.data.flow or $[0].value`,
  });
}
