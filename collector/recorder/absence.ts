import { looksOf } from '../../config/plant/looks.ts';
import type { Channel } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { JournalRecord } from '../journal/record.ts';

const BATCH = 5_000;

/**
 * The readings that were due while the collector itself did not run, as missing samples with the reason `collector-stopped`, in
 * batches by time. Channels without a declared interval expect nothing and get nothing.
 *
 * Both ends are UTC ms and exclusive; due times are multiples of the channel's interval, as polling is aligned to the wall clock. Of a
 * channel that is looked at between them the first look that nobody made is missing too: until then its value stood where it was.
 */
export function* absenceRecords(channels: Iterable<Channel>, afterMs: number, beforeMs: number): Generator<JournalRecord[]> {
  const due = [...channels]
    .filter((channel) => channel.read?.every !== undefined)
    .map((channel) => {
      const everyMs = durationMs(channel.read!.every!);
      return { id: channel.id, everyMs, nextMs: following(afterMs, looksOf(channel)?.samplingMs ?? everyMs) };
    });
  const shortestMs = due.reduce((least, { everyMs }) => Math.min(least, everyMs), Number.POSITIVE_INFINITY);
  let batch: JournalRecord[] = [];
  for (let untilMs = afterMs + shortestMs; due.some((channel) => channel.nextMs < beforeMs); untilMs += shortestMs) {
    for (const channel of due) {
      for (; channel.nextMs < Math.min(untilMs, beforeMs); channel.nextMs = following(channel.nextMs, channel.everyMs)) {
        batch.push({
          kind: 'sample',
          sample: {
            channel: channel.id,
            timeMs: channel.nextMs,
            value: null,
            quality: 'missing',
            reason: 'collector-stopped',
            origin: 'device',
            raw: null,
          },
        });
      }
    }
    if (batch.length >= BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

const following = (timeMs: number, everyMs: number): number => Math.floor(timeMs / everyMs) * everyMs + everyMs;
