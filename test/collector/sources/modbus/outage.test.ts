import { expect, it } from 'vitest';
import { accountOf } from '../../../../collector/sample/conservation.ts';
import { HOUR_MS } from '../../../../collector/sample/hour.ts';
import type { ReadRequest } from '../../../../collector/sources/modbus/frame.ts';
import { crc16 } from '../../../../collector/sources/modbus/framing.ts';
import { Gather, readingsOf } from '../gather.ts';
import { plantOf } from '../plants.ts';
import { registerAt } from './faulty-device.ts';
import { slowLine } from './slow-line.ts';
import { VirtualClock, Wire } from './virtual-time.ts';

const START = Date.UTC(2026, 2, 1, 8);
const EVERY_MS = 10_000;

it('a unit that is away for an hour: every due time has its reason, its neighbour misses nothing, and it is read again when it is back', async () => {
  const clock = new VirtualClock(START - 500, 7);
  const away = (): boolean => clock.nowMs() >= START + HOUR_MS && clock.nowMs() < START + 2 * HOUR_MS;
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      const request: ReadRequest = { unit: bytes[0]!, table: 'holding', address: bytes.readUInt16BE(2), count: bytes.readUInt16BE(4) };
      if (request.unit === 2 && away()) return;
      const body = Buffer.alloc(3 + 2 * request.count);
      body.set([request.unit, 3, 2 * request.count]);
      for (let i = 0; i < request.count; i++) body.writeUInt16BE(registerAt(request.unit, 3, request.address + i), 3 + 2 * i);
      clock.after(30, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const read = (unit: number) => ({ device: 'd', unit, table: 'holding', address: { pdu: 5 }, type: 'uint16', every: '10s' });
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '500ms', quiet: '500ms' };
  const plant = plantOf([settings], { stays: read(1), away: read(2) });
  const source = slowLine(plant, 500, open, clock);
  const sink = new Gather();
  const passed = (async () => {
    await source.start(sink);
    await new Promise<void>((resolve) => clock.after(3 * HOUR_MS + EVERY_MS, resolve));
    await source.stop();
  })();
  await clock.during(passed);

  const accounts = (id: string) => [0, 1, 2].map((hour) => accountOf(readingsOf(sink.of(id)), EVERY_MS, START + hour * HOUR_MS));
  for (const { expected, unaccounted } of [...accounts('stays'), ...accounts('away')]) expect([expected, unaccounted]).toEqual([360, 0]);
  for (const { good, suspect } of accounts('stays')) expect(good + suspect).toBe(360);
  const [before, during, after] = accounts('away');
  expect(before!.good).toBe(360);
  expect(during!.missing).toEqual({ communication: 360 });
  // It is asked again once in five minutes at most; the first reading after a silence is suspect.
  expect(after!.good).toBeGreaterThanOrEqual(360 - 31);
  expect(after!.good + after!.suspect + (after!.missing.communication ?? 0)).toBe(360);
  expect(sink.events.map(({ event }) => event)).toEqual(expect.arrayContaining(['unit-demoted', 'unit-returned']));
  expect(sink.taken.every(({ value, channel }) => value === null || value === registerAt(channel === 'stays' ? 1 : 2, 3, 5))).toBe(true);
});
