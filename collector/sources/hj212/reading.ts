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

/** What the channels of a station find in a packet of their period. `timeMs` is its DataTime. */
export function samplesOf(packet: Packet, channels: readonly Hj212Channel[], timeMs: number, origin: Origin): Taken {
  const items = itemsOf(packet);
  const byCode = new Map<string, Item[]>();
  for (const item of items) {
    const same = byCode.get(item.code);
    if (same === undefined) byCode.set(item.code, [item]);
    else same.push(item);
  }
  const samples: Sample[] = [];
  for (const channel of channels) {
    const found = byCode.get(channel.code)?.filter(({ values }) => Object.hasOwn(values, channel.value)) ?? [];
    if (found.length > 0) samples.push(sampleOf(channel, found, timeMs, origin));
  }
  const read = new Set(channels.map(({ code }) => code));
  return { samples, unread: items.map(({ code }) => code).filter((code) => !read.has(code)) };
}

/** A group that holds more than one code: the standard divides codes by `;`, so one of them is not what was sent. */
export function mixedGroup(packet: Packet): boolean {
  return packet.groups.some((group) => {
    let code: string | null = null;
    for (const [key] of group) {
      const hyphen = key.indexOf('-');
      if (hyphen < 0) continue;
      const own = key.slice(0, hyphen);
      if (code !== null && code !== own) return true;
      code = own;
    }
    return false;
  });
}

function sampleOf(channel: Hj212Channel, found: readonly Item[], timeMs: number, origin: Origin): Sample {
  const item = found[0]!;
  let raw = '';
  for (const name in item.values) raw += `${raw === '' ? '' : ','}${name}=${item.values[name]}`;
  const missing = (reason: Reason): Sample => ({
    channel: channel.channel,
    timeMs,
    value: null,
    quality: 'missing',
    reason,
    origin,
    raw,
  });
  if (found.length > 1) return missing('contradictory');
  const mark = markOf(item.values.Flag);
  if (mark.quality === 'missing') return missing(mark.reason);
  const number = numberOf(item.values[channel.value]!);
  if (number === null) return missing('unreadable');
  const value = number * channel.scale + channel.offset;
  if (!Number.isFinite(value)) return missing('garbage');
  const doubt = mark.quality === 'good' && !ordered(item) ? 'contradictory' : mark.reason;
  return {
    channel: channel.channel,
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
function markOf(mark: string | undefined): { readonly quality: Quality; readonly reason: Reason; readonly manual: boolean } {
  const of = (quality: Quality, reason: Reason, manual = false) => ({ quality, reason, manual });
  switch (mark) {
    case undefined:
    case 'N':
      return of('good', 'none');
    case 'F':
      return of('suspect', 'plant-stopped');
    case 'M':
      return of('missing', 'maintenance');
    case 'S':
      return of('good', 'none', true);
    case 'D':
      return of('missing', 'device-fault');
    case 'C':
      return of('missing', 'calibration');
    case 'T':
      return of('suspect', 'out-of-range');
    case 'B':
      return of('missing', 'communication');
    default:
      return of('suspect', 'unknown-mark');
  }
}

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;

function numberOf(text: string): number | null {
  return NUMBER.test(text.trim()) ? Number(text) : null;
}

/** Min ≤ Avg ≤ Max as far as they are sent. */
function ordered(item: Item): boolean {
  for (const prefix of ['', 'Zs']) {
    const [min, avg, max] = ['Min', 'Avg', 'Max'].map((name) => {
      const text = item.values[prefix + name];
      return text === undefined ? null : numberOf(text);
    });
    if (min != null && avg != null && min > avg) return false;
    if (avg != null && max != null && avg > max) return false;
    if (min != null && max != null && min > max) return false;
  }
  return true;
}
