import { expect, it } from 'vitest';
import { crc16 } from '../../../../collector/sources/modbus/framing.ts';
import type { Link, Outcome } from '../../../../collector/sources/modbus/link.ts';
import { PacedLink, type Pauses } from '../../../../collector/sources/modbus/paced.ts';
import { Gather } from '../gather.ts';
import { plantOf } from '../plants.ts';
import { registerAt } from './faulty-device.ts';
import { slowLine } from './slow-line.ts';
import { VirtualClock, Wire } from './virtual-time.ts';

const START = Date.UTC(2026, 2, 1, 8);
const SECOND = 1_000;

/** A line of 9600 baud with units 1 to 3, of which 1 never answers; tells which unit was asked when. */
async function read(seconds: number) {
  const clock = new VirtualClock(START - 500, 5);
  const asked: { readonly cycle: number; readonly unit: number }[] = [];
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      const [unit, address, count] = [bytes[0]!, bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
      asked.push({ cycle: Math.floor((clock.nowMs() - START) / (10 * SECOND)), unit });
      if (unit === 1) return;
      const body = Buffer.alloc(3 + 2 * count);
      body.set([unit, 3, 2 * count]);
      for (let i = 0; i < count; i++) body.writeUInt16BE(registerAt(unit, 3, address + i), 3 + 2 * i);
      clock.after(30, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const channel = (unit: number) => ({ device: 'd', unit, table: 'holding', address: { pdu: 5 }, type: 'uint16', every: '10s' });
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '500ms', quiet: '500ms' };
  const source = slowLine(plantOf([settings], { dead: channel(1), b: channel(2), c: channel(3) }), 500, open, clock);
  const sink = new Gather();
  await clock.during(
    (async () => {
      await source.start(sink);
      await new Promise<void>((resolve) => clock.after(seconds * SECOND, resolve));
      await source.stop();
    })(),
  );
  const cycles = new Map<number, number[]>();
  for (const { cycle, unit } of asked) cycles.set(cycle, [...(cycles.get(cycle) ?? []), unit]);
  return { sink, source, cycles: [...cycles.values()] };
}

it('a unit that stays silent is asked last, then once in a while, so that the others on its line go on', async () => {
  const { sink, source, cycles } = await read(65);
  const [first, ...then] = cycles;
  // Nothing is known of it yet.
  expect(first).toEqual([1, 2, 3]);
  // From its first silence on it waits for the others; from the third on it is asked only now and then.
  expect(then.slice(0, 2)).toEqual([
    [2, 3, 1],
    [2, 3, 1],
  ]);
  for (const cycle of then) expect(cycle.slice(0, 2)).toEqual([2, 3]);
  expect(then.filter((cycle) => cycle.length === 2).length).toBeGreaterThan(0);
  expect(source.status().counts.failures).toBe(cycles.filter((cycle) => cycle.includes(1)).length);
  for (const id of ['b', 'c']) expect(sink.of(id).filter(({ quality }) => quality === 'missing')).toEqual([]);
  expect(sink.of('dead').every(({ reason }) => reason === 'communication')).toBe(true);
  expect(sink.of('dead')).toHaveLength(sink.of('b').length);
  expect(sink.events.map(({ event }) => event)).toContain('unit-demoted');
});

it('pauses are kept to the millisecond: after connecting, between requests, before another unit, the longer where two apply', async () => {
  const clock = new VirtualClock(START, 1);
  const begun: number[] = [];
  const link: Link = {
    unsolicited: 0,
    closed: false,
    close: () => undefined,
    async read(): Promise<Outcome> {
      begun.push(clock.nowMs() - START);
      await new Promise<void>((resolve) => clock.after(7, resolve));
      return { kind: 'silence' };
    },
  };
  const paced = new PacedLink(link, clock);
  const pauses: Pauses = { afterConnectMs: 150, betweenMs: 10, onUnitChangeMs: 60 };
  const ask = (unit: number, own: Pauses = pauses) => paced.read({ unit, table: 'holding', address: 0, count: 1 }, 1_000, own);
  const asked = [ask(1), ask(1), ask(2), ask(2), ask(1, { ...pauses, betweenMs: 90 }), ask(1, { ...pauses, betweenMs: 0 })];
  await clock.during(Promise.all(asked));
  expect(begun).toEqual([150, 167, 234, 251, 348, 355]);
});
