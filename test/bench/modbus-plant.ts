import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { DUCKDB_MALLOC, MALLOC } from '../../cli/malloc.ts';
import { MOST_MISSED } from '../../collector/sources/schedule.ts';
import { build } from './built.ts';

/**
 * 10 devices × 10,000 floats each second, the largest load that EMQX Neuron publishes, by the command that a user starts: `collect` of the
 * program as it is installed, on a plant file with a hundred thousand points, past three ends of an hour. Between these its clocks are
 * put forward, as if the machine had slept. Memory is what the process has in all, the program's code and DuckDB's included. Its environment
 * says nothing of memory: what the program does by itself is what counts.
 */
export const name = 'modbus-plant';

const DEVICES = 10;
const FLOATS = 10_000;
/** What the store may use. With less than 16 MB it puts commits off. */
const MEMORY = '20MB';
const HOUR_MS = 3_600_000;
/** Before and behind each end of an hour. */
const BEFORE_MS = 15_000;
const BEHIND_MS = 25_000;
const HOUR_ENDS = 3;

interface Told {
  readonly wallMs: number;
  readonly steadyMs: number;
  readonly cpuMs: number;
  readonly rss: number;
  /** Since the last time that it told. */
  readonly largest: number;
}

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-plant-'));
  const meters = spawn(process.execPath, ['--import', 'tsx', at('./modbus-tcp.child.ts'), String(DEVICES)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const built = await build(join(dir, 'built'));
    const [line] = (await once(createInterface(meters.stdout!), 'line')) as [string];
    const path = join(dir, 'plant.yaml');
    writeFileSync(path, plantText(JSON.parse(line) as number[]));
    return { metrics: await collected(dir, path, join(built, 'cli', 'main.js')), peers: {} };
  } finally {
    meters.stdin!.end();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function collected(dir: string, path: string, main: string): Promise<Record<string, number>> {
  const peakFile = join(dir, 'check-peak');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const begunMs = performance.now();
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in MALLOC || name in DUCKDB_MALLOC)));
  const collector = spawn(process.execPath, ['--import', at('./modbus-plant.child.mjs'), main, 'collect', path], {
    cwd: dir,
    env: {
      ...clean,
      LIANGHENG_DATA: join(dir, 'data'),
      CHECK_PEAK: peakFile,
      TOLD_PORT: String((server.address() as AddressInfo).port),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const [socket] = await connected;
  const told = asking(socket);
  for await (const said of createInterface(collector.stderr!)) if (said.startsWith('Collecting from')) break;
  let refusals = 0;
  createInterface(collector.stderr!).on('line', (said) => {
    if (said.includes('takes no readings')) refusals += 1;
  });
  const loadingMs = performance.now() - begunMs;
  const loaded = await told();
  const spans: (readonly [Told, Told])[] = [];
  for (let end = 1; end <= HOUR_ENDS; end++) {
    const { wallMs } = await told();
    // A shorter sleep would have its missed readings journalled, which is another load.
    await told((Math.floor((wallMs + MOST_MISSED * 1000 + BEFORE_MS) / HOUR_MS) + 1) * HOUR_MS - BEFORE_MS);
    await pause(5_000);
    const from = await told();
    await pause(BEFORE_MS + BEHIND_MS - 5_000);
    spans.push([from, await told()]);
  }
  const ended = once(collector, 'exit');
  collector.kill('SIGINT');
  await ended;
  server.close();
  const sum = (of: (told: Told) => number): number => spans.reduce((all, [from, to]) => all + of(to) - of(from), 0);
  const wallMs = sum(({ steadyMs }) => steadyMs);
  const found = await stored(join(dir, 'data', 'bench', 'samples.duckdb'), spans);
  return {
    cpuPercent: rounded((sum(({ cpuMs }) => cpuMs) / wallMs) * 100),
    cpuMsPer1000Values: rounded((sum(({ cpuMs }) => cpuMs) / found.values) * 1000),
    valuesPerSecond: Math.round((found.values / wallMs) * 1000),
    lateCycles: found.lateCycles,
    notGood: found.notGood,
    refusalsOfTheStore: refusals,
    rssMegabytesAtTheEnd: megabytes(spans.at(-1)![1].rss),
    rssMegabytesAtMost: megabytes(Math.max(...spans.map(([, to]) => to.largest))),
    rssMegabytesWhileLoading: megabytes(loaded.largest),
    rssMegabytesOfTheCheck: megabytes(Number(readFileSync(peakFile, 'utf8'))),
    secondsOfLoading: Math.round(loadingMs / 1000),
  };
}

/** Asks the process what it takes, after its clocks were put to a time where one is given. */
function asking(socket: Socket): (toMs?: number) => Promise<Told> {
  const lines = createInterface(socket);
  return async (toMs) => {
    const answer = once(lines, 'line') as Promise<[string]>;
    socket.write(`${JSON.stringify({ toMs })}\n`);
    return JSON.parse((await answer)[0]) as Told;
  };
}

/** Samples of the spans in the store; a late cycle is a second of a device of which something was not read in time. */
async function stored(
  file: string,
  spans: readonly (readonly [Told, Told])[],
): Promise<{ readonly values: number; readonly notGood: number; readonly lateCycles: number }> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const within = spans.map(([from, to]) => `time BETWEEN ${Math.ceil(from.wallMs)} AND ${Math.floor(to.wallMs)}`).join(' OR ');
  const read = await connection.runAndReadAll(`
    SELECT count(*)::INTEGER, count(*) FILTER (reason <> 0 OR value IS NULL)::INTEGER,
           count(DISTINCT (time // 1000, channels.name[:2])) FILTER (value IS NULL)::INTEGER
      FROM samples JOIN channels ON samples.channel = channels.id WHERE ${within}`);
  const [values, notGood, lateCycles] = read.getRows()[0] as [number, number, number];
  connection.closeSync();
  instance.closeSync();
  return { values, notGood, lateCycles };
}

function plantText(ports: readonly number[]): string {
  const meter = (device: number, index: number): string =>
    `  - { id: d${device}-${index}, name: d${device}-${index}, kind: rate, unit: m3/h, read: { device: d${device}, unit: 1, table: holding, address: { pdu: ${index * 2} }, type: float32, every: 1s } }`;
  return `liangheng: 1
plant: { id: bench, name: bench, jurisdiction: none }
units: [{ id: all, name: all, level: plant }]
stores: [{ engine: duckdb, threads: 1, memory: ${MEMORY} }]
devices:
${ports.map((port, device) => `  - { id: d${device}, protocol: modbus-tcp, host: 127.0.0.1, port: ${port}, maxRegisters: 124 }`).join('\n')}
meters:
${ports.flatMap((_, device) => Array.from({ length: FLOATS }, (__, index) => meter(device, index))).join('\n')}
`;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
const rounded = (x: number): number => Math.round(x * 100) / 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
