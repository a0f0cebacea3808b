import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type ModbusRTU from 'modbus-serial';
import { openSources } from '../../collector/sources/open.ts';
import type { Sink } from '../../collector/sources/source.ts';
import { plantOfFloats } from './modbus-floats.child.ts';

/** 500 devices × 30 floats each second, the load that EMQX Neuron publishes, and 10 devices × 10,000 floats. */
export const name = 'modbus-tcp';

const SECONDS = 10;

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./modbus-tcp.child.ts', import.meta.url)), '500'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ports = JSON.parse(line) as number[];
  try {
    const many = await ours(ports, 30);
    const wide = await ours(ports.slice(0, 10), 10_000);
    const readme = await asInTheReadme(ports, 60);
    return {
      metrics: {
        cpuPercentOf500DevicesBy30: many.cpuPercent,
        valuesPerSecondOf500DevicesBy30: many.valuesPerSecond,
        lateCyclesOf500DevicesBy30: many.lateCycles,
        notGoodOf500DevicesBy30: many.notGood,
        cpuMsPer1000ValuesOf500DevicesBy30: many.cpuMsPer1000Values,
        cpuPercentOf10DevicesBy10000: wide.cpuPercent,
        valuesPerSecondOf10DevicesBy10000: wide.valuesPerSecond,
        lateCyclesOf10DevicesBy10000: wide.lateCycles,
        notGoodOf10DevicesBy10000: wide.notGood,
        rssMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
      },
      peers: {
        modbusSerialCpuPercentOf500DevicesBy30: readme.cpuPercent,
        modbusSerialCpuMsPer1000ValuesOf500DevicesBy30: readme.cpuMsPer1000Values,
        modbusSerialLateCyclesOf500DevicesBy30: readme.lateCycles,
      },
    };
  } finally {
    child.stdin.end();
  }
}

interface Figures {
  readonly cpuPercent: number;
  readonly cpuMsPer1000Values: number;
  readonly valuesPerSecond: number;
  readonly lateCycles: number;
  readonly notGood: number;
}

/** Our sources into a sink that only counts: what reading costs, without journal and store. */
async function ours(ports: readonly number[], floats: number): Promise<Figures> {
  const sources = openSources(plantOfFloats(ports, floats));
  let values = 0;
  let notGood = 0;
  const sink: Sink = {
    async samples(samples) {
      values += samples.length;
      notGood += samples.length;
    },
    async batch({ reasons }) {
      values += reasons.length;
      for (const reason of reasons) if (reason !== 0) notGood++;
    },
    async quarantine() {},
    async event() {},
  };
  for (const source of sources) await source.start(sink);
  await seconds(3);
  const late = () => sources.reduce((sum, source) => sum + source.status().counts.lateCycles, 0);
  const before = { values, notGood, late: late() };
  const measured = await cpuOf(() => seconds(SECONDS));
  const figures = figuresOf(measured, values - before.values, late() - before.late, notGood - before.notGood);
  await Promise.all(sources.map((source) => source.stop()));
  return figures;
}

/** modbus-serial as its README shows it: a client a device, a timer, a read, the floats taken from the buffer. */
async function asInTheReadme(ports: readonly number[], registers: number): Promise<Figures> {
  const Client = createRequire(import.meta.url)('modbus-serial') as unknown as typeof ModbusRTU.default;
  const clients = await Promise.all(
    ports.map(async (port) => {
      const client = new Client();
      await client.connectTCP('127.0.0.1', { port });
      client.setID(1);
      client.setTimeout(1000);
      return client;
    }),
  );
  let values = 0;
  let late = 0;
  let sum = 0;
  const timers = clients.map((client) => {
    let busy = false;
    return setInterval(async () => {
      if (busy) late++;
      busy = true;
      const { buffer } = await client.readHoldingRegisters(0, registers);
      for (let at = 0; at < buffer.length; at += 4) {
        sum += buffer.readFloatBE(at);
        values++;
      }
      busy = false;
    }, 1000);
  });
  await seconds(3);
  const before = { values, late };
  const measured = await cpuOf(() => seconds(SECONDS));
  const figures = figuresOf(measured, values - before.values, late - before.late, Number.isNaN(sum) ? 1 : 0);
  for (const timer of timers) clearInterval(timer);
  await seconds(0.2);
  for (const client of clients) client.destroy(() => {});
  return figures;
}

async function cpuOf(work: () => Promise<void>): Promise<{ cpuMs: number; wallMs: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - start };
}

function figuresOf({ cpuMs, wallMs }: { cpuMs: number; wallMs: number }, values: number, lateCycles: number, notGood: number): Figures {
  const round = (x: number) => Math.round(x * 100) / 100;
  return {
    cpuPercent: round((cpuMs / wallMs) * 100),
    cpuMsPer1000Values: round((cpuMs / values) * 1000),
    valuesPerSecond: Math.round((values / wallMs) * 1000),
    lateCycles,
    notGood,
  };
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
