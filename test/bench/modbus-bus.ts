import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openSources } from '../../collector/sources/open.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { cable } from '../peers/serial-line.ts';

/** A serial bus of 9,600 baud whose slave takes the time that the bytes take: how much of what the wire allows the collector uses. */
export const name = 'modbus-bus';

const SECONDS = 15;
const BAUD = 9_600;
const REGISTERS = 10;
const UNITS = 20;

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-bus-'));
  const [here, there] = [join(dir, 'a'), join(dir, 'b')];
  const pull = await cable(here, there);
  const script = fileURLToPath(new URL('./modbus-bus.child.ts', import.meta.url));
  const slave = spawn(process.execPath, ['--import', 'tsx', script, there, String(BAUD)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(slave.stdout);
  await once(lines, 'line');
  const asked = async (): Promise<{ answered: number; early: number; atMs: number }> => {
    slave.stdin.write('?');
    const [line] = (await once(lines, 'line')) as [string];
    return JSON.parse(line) as { answered: number; early: number; atMs: number };
  };
  const device = {
    id: 'bus',
    protocol: 'modbus-serial',
    path: here,
    line: { baud: BAUD },
    timeout: '500ms',
    quiet: '50ms',
    turnaround: '1ms',
  };
  const reads: Record<string, object> = {};
  for (let unit = 1; unit <= UNITS; unit++) {
    for (let at = 0; at < REGISTERS; at++) {
      reads[`u${unit}-${at}`] = { device: 'bus', unit, table: 'holding', address: { pdu: at }, type: 'uint16', every: '100ms' };
    }
  }
  const [source] = openSources(plantOf([device], reads));
  try {
    let notGood = 0;
    await source!.start({
      async samples(samples) {
        for (const { quality, reason } of samples)
          if (quality === 'suspect' || (quality === 'missing' && reason !== 'communication')) notGood++;
      },
      async quarantine() {},
      async event() {},
    });
    await seconds(3);
    const [before, failures] = [await asked(), source!.status().counts.failures];
    await seconds(SECONDS);
    const after = await asked();
    const perSecond = ((after.answered - before.answered) * 1000) / (after.atMs - before.atMs);
    const byteMs = 10_000 / BAUD;
    const wirePerSecond = 1000 / ((8 + 5 + 2 * REGISTERS) * byteMs + 2 * 3.5 * byteMs);
    return {
      metrics: {
        exchangesPerSecond: rounded(perSecond),
        wireAllowsPerSecond: rounded(wirePerSecond),
        shareOfTheWirePercent: rounded((100 * perSecond) / wirePerSecond),
        requestsIntoTheSilence: after.early - before.early,
        failures: source!.status().counts.failures - failures,
        notGood,
      },
      peers: {},
    };
  } finally {
    await source!.stop();
    slave.stdin.end();
    await once(slave, 'exit');
    await pull();
    rmSync(dir, { recursive: true, force: true });
  }
}

const rounded = (x: number): number => Math.round(x * 100) / 100;
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
