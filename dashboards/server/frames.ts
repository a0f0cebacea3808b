import { join } from 'node:path';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { writtenBefore } from '../../collector/journal/segment.ts';
import { INTAKE } from '../../collector/sample/intake-statement.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { Fault } from '../../config/words/fault.ts';

/** What the journal holds of one channel lately: the bytes that a value was decoded from, and what its source noted. */
export interface Frames {
  readonly frames: readonly { timeMs: number; value: number | null; quality: string; reason: string; origin: string; raw: string | null }[];
  readonly events: readonly { timeMs: number; event: string; detail: string }[];
}

const BACK_MS = 3_600_000;

/** The newest first, of the last hour at most; nothing where there is no journal. */
export async function framesOf(plant: Plant, channel: string, device: string | null, most: number): Promise<Frames> {
  const dir = join(plant.dataDir, 'journal');
  const sinceMs = Date.now() - BACK_MS;
  const frames: Frames['frames'][number][] = [];
  const events: Frames['events'][number][] = [];
  try {
    const journal = await openJournalReader(dir);
    for await (const { records } of journal.groups(await writtenBefore(dir, sinceMs))) {
      for (const record of records) {
        if (record.kind === 'sample' && record.sample.channel === channel && record.sample.timeMs >= sinceMs) {
          const { timeMs, value, quality, reason, origin, raw } = record.sample;
          frames.push({ timeMs, value, quality, reason, origin, raw });
        } else if (record.kind === 'event' && record.source === device && record.event !== INTAKE && record.timeMs >= sinceMs) {
          events.push({ timeMs: record.timeMs, event: record.event, detail: record.detail });
        } else if (record.kind === 'quarantine' && record.source === device && record.timeMs >= sinceMs) {
          events.push({ timeMs: record.timeMs, event: 'quarantined', detail: `${record.reason}: ${record.raw.slice(0, 200)}` });
        }
      }
      if (frames.length > 4 * most) frames.splice(0, frames.length - most);
      if (events.length > 4 * most) events.splice(0, events.length - most);
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'journal.absent') throw error;
  }
  return { frames: frames.slice(-most).reverse(), events: events.slice(-most).reverse() };
}
