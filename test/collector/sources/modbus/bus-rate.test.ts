import { expect, it } from 'vitest';
import { exchangeMs, rtuGapMs } from '../../../../collector/sources/modbus/budget.ts';
import { groupsOf, type ModbusDevice, readsOf } from '../../../../collector/sources/modbus/device.ts';
import { crc16, rtu } from '../../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../../collector/sources/modbus/line.ts';
import type { Link } from '../../../../collector/sources/modbus/link.ts';
import { ModbusSource } from '../../../../collector/sources/modbus/source.ts';
import { Gather } from '../gather.ts';
import { plantOf } from '../plants.ts';
import { VirtualClock, Wire } from './virtual-time.ts';

const START = Date.UTC(2026, 2, 1, 8);

/**
 * In virtual time, so that the machine's load says nothing: what is left of a bus is what the collector's own pauses leave. `npm run bench
 * -- modbus-bus` measures the same over pseudo-terminals.
 */
it.each([
  [9_600, 10],
  [9_600, 120],
  [115_200, 10],
])('a bus of %d baud, %d registers a request, is used to at least nine tenths of what its bytes allow', async (baud, registers) => {
  const byteMs = 10_000 / baud;
  const gapMs = rtuGapMs(baud, byteMs);
  const clock = new VirtualClock(START - 50, 3);
  let answered = 0;
  let freeMs = 0;
  let early = 0;
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      if (clock.nowMs() < freeMs - 1e-6) early++;
      const count = bytes.readUInt16BE(4);
      const body = Buffer.alloc(3 + 2 * count);
      body.set([bytes[0]!, 3, 2 * count]);
      const answer = Buffer.concat([body, crc16(body)]);
      clock.after((bytes.length + answer.length) * byteMs + gapMs, () => {
        answered++;
        freeMs = clock.nowMs() + gapMs;
        wire.send(answer);
      });
    });
  const reads = Object.fromEntries(
    Array.from({ length: 10 * registers }, (_, at) => [
      `m${at}`,
      {
        device: 'd',
        unit: 1 + Math.floor(at / registers),
        table: 'holding',
        address: { pdu: at % registers },
        type: 'uint16',
        every: '100ms',
      },
    ]),
  );
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud }, timeout: '500ms', quiet: '50ms' };
  const plant = plantOf([settings], reads);
  const device = plant.devices.get('d') as ModbusDevice;
  const groups = groupsOf(device, readsOf(device, [...plant.channels.values()]));
  const source = new ModbusSource(
    { id: 'd', timeoutMs: 500, origin: 'device' },
    groups,
    (onLost) => ({
      async open() {
        const link: Link = new LineLink(open(), rtu, { quietMs: 50, gapMs, byteMs }, clock, (error) => onLost(link, error));
        return link;
      },
      close: (link) => link.close(),
    }),
    clock,
  );
  const line = { byteMs, framing: rtu, gapMs, turnaroundMs: 0, pauseBetweenMs: 0, timeoutMs: 500, quietMs: 50 };
  const wireMs = exchangeMs(groups[0]!.reads[0]!, line);
  const spanMs = 20_000;
  await clock.during(
    (async () => {
      await source.start(new Gather());
      await new Promise<void>((resolve) => clock.after(spanMs, resolve));
      await source.stop();
    })(),
  );
  // A fast bus is idle between the rounds that it is asked for.
  const asked = Math.min(spanMs / wireMs, groups[0]!.reads.length * (spanMs / 100));
  expect(answered / asked).toBeGreaterThan(0.9);
  expect(early).toBe(0);
});
