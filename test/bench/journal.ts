import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../collector/journal/journal.ts';
import { countOf, type JournalRecord } from '../../collector/journal/record.ts';

export const name = 'journal';

const SECONDS = 5;
const CHANNELS = 500;

/** Samples a second that reach the disk with an fdatasync a group, how long one append waits for it, and how fast they are read back. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  try {
    const journal = await openJournal(dir, { plant: 'bench' });
    let samples = 0;
    let cycle = 0;
    const waits: number[] = [];
    const startMs = performance.now();
    const feed = async (): Promise<void> => {
      while (performance.now() - startMs < SECONDS * 1000) {
        cycle += 1;
        const records = scan(cycle);
        const at = performance.now();
        await journal.append(records);
        waits.push(performance.now() - at);
        samples += records.length;
      }
    };
    await Promise.all(Array.from({ length: 40 }, feed));
    const writtenMs = performance.now() - startMs;
    waits.sort((a, b) => a - b);

    const replayAt = performance.now();
    let read = 0;
    for await (const group of journal.groups(0)) read += countOf(group);
    const replayMs = performance.now() - replayAt;
    if (read !== samples) throw new Error(`${samples} samples written, ${read} read`);
    await journal.close();
    const opening = performance.now();
    const again = await openJournal(dir);
    const openMs = performance.now() - opening;
    await again.close();
    return {
      metrics: {
        samplesPerSecond: Math.round((samples / writtenMs) * 1000),
        appendMedianMs: waits[waits.length >> 1]!,
        append99Ms: waits[Math.floor(waits.length * 0.99)]!,
        replayedPerSecond: Math.round((samples / replayMs) * 1000),
        openMs,
      },
      peers: {},
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** One reading of 500 channels, as a Modbus cycle leaves it. */
function scan(cycle: number): JournalRecord[] {
  return Array.from({ length: CHANNELS }, (_, k) => ({
    kind: 'sample',
    sample: {
      channel: `FT-${1000 + k}`,
      timeMs: 1_700_000_000_000 + cycle * 1000,
      value: Math.fround(10 + Math.sin(cycle / 7 + k)),
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: '4120f5c3',
    },
  }));
}
