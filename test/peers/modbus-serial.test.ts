import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../collector/sources/clock.ts';
import { crc16, rtu } from '../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../collector/sources/modbus/line.ts';
import { openSources } from '../../collector/sources/open.ts';
import { openSerial } from '../../collector/sources/serial.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { registerAt } from '../collector/sources/modbus/faulty-device.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { cable, pymodbusOn } from './serial-line.ts';

const EXCHANGES = Number(process.env.LIANGHENG_SERIAL_EXCHANGES ?? 84);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-serial-'));
  closing.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const holding = (pdu: number, type: string, more: object = {}) => ({
  device: 'line',
  unit: 1,
  table: 'holding',
  address: { pdu },
  type,
  every: '250ms',
  ...more,
});

async function reading(path: string, framing: string, reads: Readonly<Record<string, object>>): Promise<[Source, Gather]> {
  const device = {
    id: 'line',
    protocol: 'modbus-serial',
    path,
    framing,
    line: { baud: 9600, dataBits: 8 },
    timeout: '400ms',
    quiet: '100ms',
  };
  const [source] = openSources(plantOf([device], reads)) as [Source];
  const sink = new Gather();
  closing.push(() => source.stop());
  await source.start(sink);
  return [source, sink];
}

describe('a serial port', () => {
  it.each(['rtu', 'ascii'] as const)(
    'carries what pymodbus serves, %s',
    async (framing) => {
      const dir = folder();
      closing.push(await cable(join(dir, 'a'), join(dir, 'b')));
      closing.push(pymodbusOn(join(dir, 'b'), framing));
      const expected: Record<string, [object, number]> = {
        plain: [holding(321, 'uint16'), 321],
        other: [holding(500, 'uint16', { unit: 3, table: 'input' }), 500],
        float: [holding(1000, 'float32'), 12.5],
        turned: [holding(1010, 'float32', { order: 'DCBA' }), -118.625],
        double: [holding(1020, 'float64'), Math.E],
        coil: [{ device: 'line', unit: 1, address: { modicon: 7 }, type: 'bit', every: '250ms' }, 1],
      };
      const reads = Object.fromEntries(Object.entries(expected).map(([id, [read]]) => [id, read]));
      const [, sink] = await reading(join(dir, 'a'), framing, reads);
      const good = (id: string) => sink.of(id).filter(({ value }) => value !== null);
      await sink.until(() => Object.keys(expected).every((id) => good(id).length > 1));
      for (const [id, [, value]] of Object.entries(expected))
        expect(new Set(good(id).map((sample) => sample.value))).toEqual(new Set([value]));
    },
    30_000,
  );

  it('that disappears is a gap with its reason, and is read again when it is back under its name', async () => {
    const dir = folder();
    const [here, there] = [join(dir, 'a'), join(dir, 'b')];
    const pull = await cable(here, there);
    const kill = pymodbusOn(there, 'rtu');
    const [source, sink] = await reading(here, 'rtu', { a: holding(77, 'uint16') });
    await sink.until(() => sink.taken.some(({ quality }) => quality === 'good'));
    await pull();
    await kill();
    const before = sink.taken.length;
    await sink.until(() => sink.taken.slice(before).filter(({ reason }) => reason === 'communication').length >= 4);
    expect(sink.taken.at(-1)).toMatchObject({ value: null, quality: 'missing' });
    closing.push(await cable(here, there));
    closing.push(pymodbusOn(there, 'rtu'));
    const away = sink.taken.length;
    await sink.until(() => sink.taken.slice(away).some(({ quality }) => quality === 'good'));
    expect(sink.taken.every(({ value }) => value === null || value === 77)).toBe(true);
    expect(source.status().counts.reconnects).toBeGreaterThanOrEqual(1);
  });

  it('is free again once the source has stopped, and refused while another has it or nobody does', async () => {
    const dir = folder();
    closing.push(await cable(join(dir, 'a'), join(dir, 'b')));
    const settings = { path: join(dir, 'a'), baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
    const never = new AbortController().signal;
    const first = await openSerial(settings, never);
    await expect(openSerial(settings, never)).rejects.toThrow();
    await new Promise((resolve) => first.destroy().once('close', resolve));
    const second = await openSerial(settings, never);
    await new Promise((resolve) => second.destroy().once('close', resolve));
    await expect(openSerial({ ...settings, path: join(dir, 'none') }, never)).rejects.toThrow();
    await expect(openSerial(settings, AbortSignal.abort())).rejects.toThrow('stopped');
  });

  it('gives no answer to another question, whatever the device does: late, doubled, torn, foreign and lost answers', async () => {
    const dir = folder();
    closing.push(await cable(join(dir, 'a'), join(dir, 'b')));
    const settings = { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;
    const never = new AbortController().signal;
    const device = await openSerial({ ...settings, path: join(dir, 'b') }, never);
    closing.push(() => device.destroy());
    const timers = new Set<NodeJS.Timeout>();
    closing.push(() => timers.forEach(clearTimeout));
    const send = (bytes: Buffer, afterMs: number) => {
      const timer = setTimeout(() => timers.delete(timer) && !device.destroyed && device.write(bytes), afterMs);
      timers.add(timer);
    };
    let exchange = 0;
    device.on('data', (bytes: Buffer) => {
      if (bytes.length !== 8) return;
      const [unit, address, count] = [bytes.readUInt8(0), bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
      const body = Buffer.alloc(3 + 2 * count);
      body.set([unit, 3, 2 * count]);
      for (let i = 0; i < count; i++) body.writeUInt16BE(registerAt(unit, 3, address + i), 3 + 2 * i);
      const answer = Buffer.concat([body, crc16(body)]);
      const foreign = Buffer.concat([Buffer.from([unit + 1]), body.subarray(1)]);
      switch (exchange++ % 7) {
        case 1:
          return send(answer, 70);
        case 2:
          send(answer, 0);
          return send(answer, 15);
        case 3:
          send(answer.subarray(0, 4), 0);
          return send(answer.subarray(4), 8);
        case 4:
          return send(Buffer.concat([foreign, crc16(foreign)]), 0);
        case 5:
          return;
        default:
          return send(answer, 0);
      }
    });
    const open = async () =>
      new LineLink(
        await openSerial({ ...settings, path: join(dir, 'a') }, never),
        rtu,
        { quietMs: 60, gapMs: 2, byteMs: 0.1 },
        systemClock,
        () => {},
      );
    let link = await open();
    closing.push(() => link.close());
    const outcomes: string[] = [];
    const seen = (kind: string): boolean => outcomes.includes(kind);
    for (let n = 0; n < EXCHANGES || !seen('data') || !seen('silence'); n++) {
      // A machine that is slow for five answers in a row makes the link give up; the port is free once it has closed.
      for (; link.closed; await new Promise((resolve) => setTimeout(resolve, 20))) link = await open().catch(() => link);
      const request = { unit: 1 + (n % 3), table: 'holding', address: (n * 37) % 1000, count: 2 } as const;
      const outcome = await link.read(request, 40);
      outcomes.push(outcome.kind);
      if (outcome.kind !== 'data') continue;
      const words = [0, 1].map((i) => outcome.data.readUInt16BE(2 * i));
      expect(words).toEqual([0, 1].map((i) => registerAt(request.unit, 3, request.address + i)));
    }
  }, 120_000);
});
