import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openSources } from '../../collector/sources/open.ts';
import { plantOf } from '../collector/sources/plants.ts';

/**
 * A serial bus of 9,600 baud, a pseudo-terminal whose far end takes the time that the bytes take: how much of what the wire allows the
 * collector uses. What the line itself is late, being a process of the same machine, is said beside it and not taken off.
 */
export const name = 'modbus-bus';

const SECONDS = 15;
const BAUD = 9_600;
const REGISTERS = 10;
const UNITS = 20;

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const slave = spawn('/usr/bin/python3', [fileURLToPath(new URL('./modbus-bus-line.py', import.meta.url)), String(BAUD)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(slave.stdout);
  const [path] = (await once(lines, 'line')) as [string];
  const asked = async (): Promise<{ answered: number; early: number; lateMs: number; atMs: number }> => {
    slave.stdin.write('?');
    const [line] = (await once(lines, 'line')) as [string];
    return JSON.parse(line) as { answered: number; early: number; lateMs: number; atMs: number };
  };
  const device = {
    id: 'bus',
    protocol: 'modbus-serial',
    path,
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
    const [before, failures, cpuBefore] = [await asked(), source!.status().counts.failures, process.cpuUsage()];
    await seconds(SECONDS);
    const after = await asked();
    const exchanges = after.answered - before.answered;
    const perSecond = (exchanges * 1000) / (after.atMs - before.atMs);
    const cpu = process.cpuUsage(cpuBefore);
    const byteMs = 10_000 / BAUD;
    const wirePerSecond = 1000 / ((8 + 5 + 2 * REGISTERS) * byteMs + 2 * 3.5 * byteMs);
    return {
      metrics: {
        exchangesPerSecond: rounded(perSecond),
        wireAllowsPerSecond: rounded(wirePerSecond),
        shareOfTheWirePercent: rounded((100 * perSecond) / wirePerSecond),
        lineItselfLateMs: rounded((after.lateMs - before.lateMs) / exchanges),
        cpuMsPerExchange: rounded((cpu.user + cpu.system) / 1000 / exchanges),
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
  }
}

const rounded = (x: number): number => Math.round(x * 100) / 100;
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
