import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelTotal } from '../../balance/window/channel-total.ts';
import { countsOf } from '../../balance/window/completeness.ts';
import { readWindow } from '../../balance/window/readings.ts';
import { specOf } from '../../balance/window/spec.ts';
import { EntriesGroup } from '../../collector/journal/group.ts';
import type { JournalGroup } from '../../collector/journal/record.ts';
import type { SampleBatch } from '../../collector/sample/batch.ts';
import { HOUR_MS } from '../../collector/sample/hour.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { meter, plant } from '../balance/plants.ts';

export const name = 'window-totals';

const METERS = 1000;
const HOURS = 80;
const T0 = Date.UTC(2026, 2, 1);
const window = { fromMs: T0 + 4 * HOUR_MS, toMs: T0 + 76 * HOUR_MS };
/** The plant's clock. Its midnight of 3 March is 36 h into the window. */
const OFFSET_MINUTES = 480;
const NAMES = Array.from({ length: METERS }, (_, k) => `E${k}`);

/**
 * Totals of 1,000 counters over 72 h at one sample a minute (4.3 M samples and the hours around them) from a DuckDB store, as a balance
 * takes them: readings by quality and reason, roll-overs, a ratio that changes in the window, and the uncertainty of each total.
 *
 * `first`: by the process that wrote them, the newest hours not yet in the file; `again`: what is remembered; `afterReopening`: nothing is.
 * Each with the processor's time, of all threads, beside it.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  try {
    const ratios = [
      { from: '2026-02-01', ct: '100/5' },
      { from: '2026-03-03', ct: '200/5' },
    ];
    const { channels } = plant({
      devices: [{ id: 'D', protocol: 'modbus-tcp', host: '127.0.0.1' }],
      meters: NAMES.map((id) => meter(id, { unit: 'kWh', modulus: 1_000_000, ceiling: 600, ratios })),
    });
    const asked = [...channels.values()].map((channel) => ({ channel, spec: specOf(channel, OFFSET_MINUTES) }));
    const settings = { threads: 1, memory: '512MB', specs: asked.map(({ spec }) => spec) };
    const path = join(dir, 'samples.duckdb');
    const store = await openDuckdbStore(path, settings);

    let writing = 0;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const groups = [groupOf(hour)];
      const at = performance.now();
      await store.write(groups);
      writing += performance.now() - at;
    }
    const totals = async (reader = store.reader): Promise<Taken> => {
      const [at, cpu] = [performance.now(), process.cpuUsage()];
      for (const readings of (await readWindow(reader, asked, window)).values()) {
        const { channel, amount } = channelTotal(readings, window, OFFSET_MINUTES);
        const { good } = countsOf(readings.partials, window);
        if (Math.abs(amount!.value - 36 * 60 * (20 + 40)) > 1e-6 || good !== 72 * 60)
          throw new Error(`${channel}: ${amount!.value} of ${good}`);
      }
      const { user, system } = process.cpuUsage(cpu);
      return { ms: performance.now() - at, cpuMs: (user + system) / 1000 };
    };
    const first = await totals();
    const again = [await totals(), await totals(), await totals()].sort((a, b) => a.ms - b.ms)[1]!;
    await store.close();
    const opening = performance.now();
    const reopened = await openDuckdbStore(path, { ...settings, readOnly: true });
    const openedMs = performance.now() - opening;
    const afterReopening = await totals(reopened.reader);
    await reopened.close();
    return {
      metrics: {
        writtenPerSecond: Math.round((METERS * HOURS * 60 * 1000) / writing),
        firstTotalsMs: first.ms,
        firstTotalsCpuMs: first.cpuMs,
        totalsMs: again.ms,
        totalsCpuMs: again.cpuMs,
        openingMs: openedMs,
        totalsAfterReopeningMs: afterReopening.ms,
        totalsAfterReopeningCpuMs: afterReopening.cpuMs,
      },
      peers: {},
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

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
