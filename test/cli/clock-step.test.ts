import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startCollecting } from '../../cli/collecting.ts';
import { lastRecordMs } from '../../cli/last-record.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { serve } from '../collector/sources/modbus/server.ts';
import { plantOf } from '../collector/sources/plants.ts';

const TEN_YEARS_MS = 3_652 * 86_400_000;

afterEach(() => {
  vi.restoreAllMocks();
});

it('a clock that jumps to 2036 and back loses no reading of a running collector, and dates no record there', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-clock-'));
  const real = Date.now;
  let offsetMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + offsetMs);
  const server = await serve({ getHoldingRegister: () => 7 });
  const plant = {
    ...plantOf([{ id: 'gw', protocol: 'modbus-tcp', host: '127.0.0.1', port: server.port }], {
      a: { device: 'gw', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16', every: '200ms' },
    }),
    dataDir,
  };
  const collecting = await startCollecting(plant);
  const records = async (): Promise<JournalRecord[]> => {
    const all: JournalRecord[] = [];
    for await (const group of collecting.journal.groups(0)) all.push(...group.records);
    return all;
  };
  const until = (met: (all: readonly JournalRecord[]) => boolean) =>
    vi.waitUntil(async () => met(await records()), { timeout: 100_000, interval: 200 });
  const happened = (name: string) => (all: readonly JournalRecord[]) => all.some((one) => one.kind === 'event' && one.event === name);
  const read = (reason: string) => (all: readonly JournalRecord[]) =>
    all.filter((one) => one.kind === 'sample' && one.sample.reason === reason).length >= 5;
  try {
    await until(read('none'));
    offsetMs = TEN_YEARS_MS;
    await until(happened('clock-doubted'));
    await until(read('clock-fault'));
    offsetMs = 0;
    await until(happened('clock-returned'));
    const good = (await records()).filter((one) => one.kind === 'sample' && one.sample.quality === 'good').length;
    await until((all) => all.filter((one) => one.kind === 'sample' && one.sample.quality === 'good').length > good + 5);
    const [first, last] = [real() - 3_600_000, real() + 3_600_000];
    for (const record of await records()) {
      const timeMs = record.kind === 'sample' ? record.sample.timeMs : record.timeMs;
      expect(timeMs).toBeGreaterThan(first);
      expect(timeMs).toBeLessThan(last);
    }
    expect(await lastRecordMs(collecting.journal, dataDir)).toBeLessThan(last);
  } finally {
    await collecting.stop();
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
