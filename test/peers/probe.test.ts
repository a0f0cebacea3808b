import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { listening } from './mosquitto.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A plant with pymodbus as its device, three units of which answer. */
async function plant(serve = true): Promise<string> {
  const port = await freePort();
  if (serve) {
    const script = fileURLToPath(new URL('./modbus-server.py', import.meta.url));
    const child = spawn('/usr/bin/python3', [script, String(port), 'tcp'], { stdio: 'ignore' });
    closing.push(async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    });
    await listening(port, child);
  }
  const path = join(mkdtempSync(join(tmpdir(), 'probe-')), 'plant.yaml');
  writeFileSync(
    path,
    `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices: [{ id: py, protocol: modbus-tcp, host: 127.0.0.1, port: ${port}, timeout: 2s }, { id: broker, protocol: mqtt, url: 'mqtt://127.0.0.1' }]
meters:
  - { id: FT1, name: 流量, kind: rate, unit: m3/h, range: [0, 20] }
  - { id: WM1, name: 水表, kind: counter, unit: m3, range: [0, 20] }
`,
  );
  return path;
}

async function liangheng(...args: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], { cwd: ROOT });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

describe('probe', () => {
  it('finds type, order and address of a value by what the face shows, and shows the frames', async () => {
    const path = await plant();
    const done = await liangheng(
      'probe',
      path,
      'py',
      '--unit',
      '1',
      '--address',
      '1011',
      '--table',
      'holding',
      '--expect',
      '-118.6',
      '--json',
    );
    expect(done.status).toBe(0);
    const { guesses, requests } = JSON.parse(done.stdout) as { guesses: object[]; requests: { frames: string[] }[] };
    expect(guesses[0]).toMatchObject({ type: 'float32', order: 'DCBA', value: -118.625, address: 1010, base: 1, plausible: true });
    expect(requests[0]!.frames[0]).toMatch(/^> .. .. 00 00 00 06 01 03 03 f3 00 04$/);
    expect(requests[0]!.frames[1]).toMatch(/^< .. .. 00 00 00 0b 01 03 08( ..){8}$/);
  });

  it('prints a table with the likeliest first, and status 1 where nothing fits', async () => {
    const path = await plant();
    const done = await liangheng('probe', path, 'py', '--unit', '1', '--address', '41001', '--meter', 'FT1');
    expect(done.status).toBe(0);
    expect(done.stdout.split('\n')[1]).toMatch(/^\* +12\.5 +float32 +ABCD +1 +holding +1000 +modicon$/);
    const none = await liangheng('probe', path, 'py', '--unit', '1', '--address', '1000', '--expect', '777777.5', '--json');
    expect(none.status).toBe(1);
  });

  it('says what is wrong: no such device, another protocol, nobody there', async () => {
    const path = await plant(false);
    const asked = (device: string) => liangheng('probe', path, device, '--unit', '1', '--address', '0');
    expect(await asked('brokr')).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean "broker"') as string });
    expect(await asked('broker')).toMatchObject({ status: 2, stderr: expect.stringContaining('[probe.protocol]') as string });
    expect(await asked('py')).toMatchObject({ status: 1, stderr: expect.stringContaining('[probe.connection]') as string });
    const counter = await liangheng('probe', path, 'py', '--unit', '1', '--address', '0', '--meter', 'WM1');
    expect(counter).toMatchObject({ status: 2, stderr: expect.stringContaining('[probe.range]') as string });
  });
});

describe('scan', () => {
  it('finds the units that answer and no others', async () => {
    const path = await plant();
    const done = await liangheng('scan', path, 'py', '--to', '20', '--timeout', '300ms', '--json');
    expect(done.status).toBe(0);
    const { units } = JSON.parse(done.stdout) as { units: { unit: number; answer: string }[] };
    expect(units.map(({ unit }) => unit)).toEqual([1, 2, 3]);
    expect(done.stderr).toContain('unit 2 answers');
    expect(done.stderr).toContain('16/20');
  });
});
