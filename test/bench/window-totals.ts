import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntriesGroup } from '../../collector/journal/group.ts';
import type { JournalGroup } from '../../collector/journal/record.ts';
import type { SampleBatch } from '../../collector/sample/batch.ts';
import { HOUR_MS } from '../../collector/sample/hour.ts';
import type { ChannelSpec } from '../../collector/sample/partial.ts';
import { spanTotal } from '../../collector/sample/span.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';

export const name = 'window-totals';

const METERS = 1000;
const HOURS = 76;
const T0 = Date.UTC(2026, 2, 1);

/** Totals of 1,000 counters over 72 h at one sample a minute (4.3 M samples and the hours around them) from a DuckDB store. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  try {
    const specs = Array.from({ length: METERS }, (_, k) => spec(`E${k}`));
    const settings = { threads: 1, memory: '512MB', specs };
    const path = join(dir, 'samples.duckdb');
    const store = await openDuckdbStore(path, settings);
    const [fromMs, toMs] = [T0 + 2 * HOUR_MS, T0 + 74 * HOUR_MS];

    let writing = 0;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const groups = [groupOf(hour)];
      const at = performance.now();
      await store.write(groups);
      writing += performance.now() - at;
    }
    const totals = async (reader = store.reader): Promise<number> => {
      const at = performance.now();
      const partials = await reader.partials(specs, fromMs - HOUR_MS, toMs + HOUR_MS);
      for (const one of specs) {
        const { amount } = spanTotal(one, partials.get(one.channel)!, fromMs, toMs);
        if (Math.abs(amount - 72 * 60) > 1e-6) throw new Error(`${one.channel}: ${amount}`);
      }
      return performance.now() - at;
    };
    const firstMs = await totals();
    const warm = [await totals(), await totals(), await totals()].sort((a, b) => a - b);
    await store.close();
    const opening = performance.now();
    const reopened = await openDuckdbStore(path, { ...settings, readOnly: true });
    const openedMs = performance.now() - opening;
    const reopenedMs = await totals(reopened.reader);
    await reopened.close();
    return {
      metrics: {
        writtenPerSecond: Math.round((METERS * HOURS * 60 * 1000) / writing),
        firstTotalsMs: firstMs,
        totalsMs: warm[1]!,
        openingMs: openedMs,
        totalsAfterReopeningMs: reopenedMs,
      },
      peers: {},
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const spec = (channel: string): ChannelSpec => ({
  channel,
  kind: 'counter',
  modulus: 1_000_000,
  ceilingPerHour: 600,
  maxGapMs: 180_000,
  replacements: [],
});

const NAMES = Array.from({ length: METERS }, (_, k) => `E${k}`);

/** An hour of every meter, counting one unit a minute, as columns: what is measured is not to pay for a hundred bytes of garbage a sample. */
function groupOf(hour: number): JournalGroup {
  const minutes = Array.from({ length: 60 }, (_, i) => hour * 60 + i);
  const batches = minutes.map((minute): SampleBatch => {
    return {
      channels: NAMES,
      timeMs: T0 + minute * 60_000,
      origin: 'device',
      values: Float64Array.from(NAMES, (_, k) => (998_000 + 7 * k + minute) % 1_000_000),
      reasons: new Uint8Array(METERS),
      raw: { kind: 'same', text: null },
    };
  });
  return new EntriesGroup(hour + 1, '', batches);
}
