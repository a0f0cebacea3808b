import type { Channel } from '../../../config/plant/plant.ts';
import type { Hj212Read } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Quality, Sample } from '../../sample/sample.ts';
import { type Item, itemsOf, type Packet } from './packet.ts';

export type Period = Hj212Read['period'];

/**
 * Period of the data that a command carries. What belongs to no grid of the station (raw data, five-minute means of a furnace, results of
 * an automatic check with a standard) is taken as of its moment.
 *
 * @source HJ 212-2017 table 9; HJ 212-2025 (2013, 2062, 2111) as published implementations have it
 */
export const PERIOD_OF: Readonly<Record<string, Period>> = {
  '2011': 'real-time',
  '2013': 'real-time',
  '2062': 'real-time',
  '2111': 'real-time',
  '2021': 'real-time',
  '2051': 'minute',
  '2061': 'hour',
  '2031': 'day',
  '2041': 'day',
};

const PERIOD_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** One channel as a station sends it. */
export interface Hj212Channel {
  readonly channel: string;
  readonly station: string;
  readonly code: string;
  /** What stands behind the hyphen. */
  readonly value: string;
  readonly period: Period;
  readonly scale: number;
  readonly offset: number;
  /** null: real-time data whose interval is not stated. */
  readonly everyMs: number | null;
}

/** Code of a channel that tells how far the station's own clock is ahead, see `ClockWatch`; no packet has it. */
export const CLOCK = 'clock';

export function hj212Channel(channel: Channel, read: Hj212Read, minuteIntervalMs: number): Hj212Channel {
  const { station, code, value, period, scale, offset } = read;
  const own = period === 'real-time' ? null : periodMs(period, minuteIntervalMs);
  return {
    channel: channel.id,
    station,
    code,
    value,
    period,
    scale,
    offset,
    everyMs: own ?? (read.every === undefined ? null : durationMs(read.every)),
  };
}

export function periodMs(period: Exclude<Period, 'real-time'>, minuteIntervalMs: number): number {
  return period === 'minute' ? minuteIntervalMs : PERIOD_MS[period];
}

export interface Taken {
  readonly samples: readonly Sample[];
  /** Codes of the packet that no channel reads. */
  readonly unread: readonly string[];
}

/** Channels of one period by the code that they read. */
export type Reads = ReadonlyMap<string, readonly Hj212Channel[]>;

export function readsOf(channels: readonly Hj212Channel[]): Reads {
  return new Map(channels.map(({ code }) => [code, channels.filter((channel) => channel.code === code)]));
}

/** What the channels of a station find in a packet of their period. `timeMs` is its DataTime. */
export function samplesOf(packet: Packet, reads: Reads, timeMs: number, origin: Origin): Taken {
  const samples: Sample[] = [];
  const unread: string[] = [];
  const items = itemsOf(packet);
  const once = new Set(items.map(({ code }) => code)).size === items.length;
  for (const item of items) {
    const channels = reads.get(item.code);
    if (channels === undefined) {
      unread.push(item.code);
      continue;
    }
    for (const channel of channels) {
      if (item.values[channel.value] === undefined) continue;
      const own = once ? [item] : items.filter(({ code, values }) => code === item.code && values[channel.value] !== undefined);
      if (own[0] === item) samples.push(sampleOf(channel, item, own.length > 1, timeMs, origin));
    }
  }
  return { samples, unread };
}

/** A group that holds more than one code: the standard divides codes by `;`, so one of them is not what was sent. */
export function mixedGroup(packet: Packet): boolean {
  for (const group of packet.groups) {
    let code: string | null = null;
    for (const [key] of group) {
      const hyphen = key.indexOf('-');
      if (hyphen < 0) continue;
      if (code === null) code = key.slice(0, hyphen);
      else if (hyphen !== code.length || !key.startsWith(code)) return true;
    }
  }
  return false;
}

function sampleOf(of: Hj212Channel, item: Item, twice: boolean, timeMs: number, origin: Origin): Sample {
  let raw = '';
  for (const name in item.values) raw += `${raw === '' ? '' : ','}${name}=${item.values[name]}`;
  const mark = markOf(item.values.Flag);
  const number = numberOf(item.values[of.value]!);
  const value = number === null ? Number.NaN : number * of.scale + of.offset;
  let none: Reason | null = null;
  if (twice) none = 'contradictory';
  else if (mark.quality === 'missing') none = mark.reason;
  else if (number === null) none = 'unreadable';
  else if (!Number.isFinite(value)) none = 'garbage';
  if (none !== null) return { channel: of.channel, timeMs, value: null, quality: 'missing', reason: none, origin, raw };
  const doubt = mark.quality === 'good' && !ordered(item) ? 'contradictory' : mark.reason;
  return {
    channel: of.channel,
    timeMs,
    value,
    quality: doubt === 'none' ? 'good' : 'suspect',
    reason: doubt,
    origin: mark.manual ? 'manual' : origin,
    raw,
  };
}

/**
 * What a mark says of its value. While an instrument is calibrated, maintained or out of order it does not measure the discharge: there
 * is no value, and what was sent stays in `raw`. A value beyond the range, or of a plant at rest, is kept with its doubt. None: good.
 *
 * @source HJ 212-2017 table 8
 */
function markOf(mark: string | undefined): Mark {
  return mark === undefined ? MARKS.N : Object.hasOwn(MARKS, mark) ? MARKS[mark as keyof typeof MARKS] : UNKNOWN_MARK;
}

interface Mark {
  readonly quality: Quality;
  readonly reason: Reason;
  readonly manual: boolean;
}

const UNKNOWN_MARK: Mark = { quality: 'suspect', reason: 'unknown-mark', manual: false };
const MARKS = {
  N: { quality: 'good', reason: 'none', manual: false },
  F: { quality: 'suspect', reason: 'plant-stopped', manual: false },
  M: { quality: 'missing', reason: 'maintenance', manual: false },
  S: { quality: 'good', reason: 'none', manual: true },
  D: { quality: 'missing', reason: 'device-fault', manual: false },
  C: { quality: 'missing', reason: 'calibration', manual: false },
  T: { quality: 'suspect', reason: 'out-of-range', manual: false },
  B: { quality: 'missing', reason: 'communication', manual: false },
} as const satisfies Readonly<Record<string, Mark>>;

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;

function numberOf(text: string): number | null {
  return NUMBER.test(text) || NUMBER.test(text.trim()) ? Number(text) : null;
}

/** Min ≤ Avg ≤ Max as far as they are sent. */
function ordered({ values }: Item): boolean {
  return (
    inOrder(values.Min, values.Avg) &&
    inOrder(values.Avg, values.Max) &&
    inOrder(values.Min, values.Max) &&
    inOrder(values.ZsMin, values.ZsAvg) &&
    inOrder(values.ZsAvg, values.ZsMax) &&
    inOrder(values.ZsMin, values.ZsMax)
  );
}

function inOrder(less: string | undefined, more: string | undefined): boolean {
  if (less === undefined || more === undefined) return true;
  const [low, high] = [numberOf(less), numberOf(more)];
  return low === null || high === null || low <= high;
}
