import { expect, it } from 'vitest';
import type { Clock } from '../../../collector/sources/clock.ts';
import { questionOf } from '../../../collector/sources/dlt645/frame.ts';
import { Dialogue } from '../../../collector/sources/hj212/dialogue.ts';
import { writtenFrame } from '../../../collector/sources/meter-frame.ts';
import { MeterLineSource } from '../../../collector/sources/meter-line.ts';
import { groupsOf, type ModbusDevice, readsOf } from '../../../collector/sources/modbus/device.ts';
import { crc16, rtu } from '../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../collector/sources/modbus/line.ts';
import type { Link } from '../../../collector/sources/modbus/link.ts';
import { ModbusSource } from '../../../collector/sources/modbus/source.ts';
import type { Source } from '../../../collector/sources/source.ts';
import { Gather } from './gather.ts';
import { VirtualClock, Wire } from './modbus/virtual-time.ts';
import { plantOf } from './plants.ts';

const START = Date.UTC(2026, 2, 1, 8);
const MINUTE = 60_000;
/** A machine whose hardware clock runs in the plant's time, until a time service sets it. */
const SET_BACK_MS = 8 * 3_600_000;

/** Time passes as the virtual clock says; what the wall clock shows of it can be set. */
class Machine implements Clock {
  readonly passing = new VirtualClock(START, 3);
  setByMs = 0;

  nowMs(): number {
    return this.passing.nowMs() + this.setByMs;
  }

  monotonicMs(): number {
    return this.passing.nowMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.passing.after(delayMs, callback);
  }

  random(): number {
    return this.passing.random();
  }

  async reads(source: Source, forMs: number): Promise<Gather> {
    const sink = new Gather();
    const reading = async (): Promise<void> => {
      await source.start(sink);
      await new Promise<void>((resolve) => this.after(forMs, resolve));
      await source.stop();
    };
    await this.passing.during(reading());
    expect(sink.polled).toBe(sink.taken.length);
    return sink;
  }
}

const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '500ms', quiet: '500ms' };
const register = (address: number) => ({ device: 'd', unit: 1, table: 'holding', address: { pdu: address }, type: 'uint16', every: '10s' });

function modbus(machine: Machine, open: () => Promise<Wire>, reads: Readonly<Record<string, object>>): ModbusSource {
  const plant = plantOf([settings], reads);
  const device = plant.devices.get('d') as ModbusDevice;
  return new ModbusSource(
    { id: 'd', timeoutMs: 500, origin: 'device' },
    groupsOf(device, readsOf(device, [...plant.channels.values()])),
    (onLost) => ({
      async open() {
        const link: Link = new LineLink(await open(), rtu, { quietMs: 500, gapMs: 4, byteMs: 1 }, machine, (error) => onLost(link, error));
        return link;
      },
      close: (link) => link.close(),
    }),
    machine,
  );
}

/** The wall clock is set back after five minutes, by when the silent one has long been demoted; after eight minutes it answers again. */
function setBackWhileSilent(): { machine: Machine; answers: () => boolean } {
  const machine = new Machine();
  machine.after(5 * MINUTE, () => {
    machine.setByMs = -SET_BACK_MS;
  });
  return { machine, answers: () => machine.monotonicMs() >= START + 8 * MINUTE };
}

it('a unit that was silent when the wall clock was set back is asked no later for that', async () => {
  const { machine, answers } = setBackWhileSilent();
  const open = async (): Promise<Wire> =>
    new Wire((bytes, wire) => {
      const body = Buffer.from([bytes[0]!, 3, 2, 0, 7]);
      if (answers()) machine.after(30, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const sink = await machine.reads(modbus(machine, open, { a: register(5) }), 15 * MINUTE);
  expect(sink.events.map(({ event }) => event)).toContain('unit-demoted');
  // Asked every five minutes at least.
  expect(sink.of('a').filter(({ quality, value }) => quality === 'good' && value === 7).length).toBeGreaterThan(5);
});

it('a meter on a line that was silent when the wall clock was set back is asked no later for that', async () => {
  const { machine, answers } = setBackWhileSilent();
  const meter = '202107072529';
  const head = [Buffer.from(meter, 'hex').reverse(), Buffer.from([0x68, 0x91])];
  const answer = writtenFrame(
    head,
    Buffer.from('0000000014230000', 'hex').map((byte) => byte + 0x33),
  );
  const line = new MeterLineSource(
    { id: 'd', timeoutMs: 500, quietMs: 500, pauseBetweenMs: 0, origin: 'device' },
    [{ everyMs: 10_000, meter, question: questionOf('2007', meter, '00000000', 0), channels: [{ channel: 'e', value: () => 7 }] }],
    async () =>
      new Wire((_bytes, wire) => {
        if (answers()) machine.after(30, () => wire.send(answer));
      }),
    machine,
  );
  const sink = await machine.reads(line, 15 * MINUTE);
  expect(sink.events.map(({ event }) => event)).toContain('unit-demoted');
  expect(sink.of('e').filter(({ quality }) => quality === 'good').length).toBeGreaterThan(5);
});

it('a reading that waits for its connection when the wall clock is set back is given up no later for that', async () => {
  const machine = new Machine();
  // Nobody takes the connection; the clock is set while the first of two requests waits for it.
  machine.after(10_100, () => {
    machine.setByMs = -SET_BACK_MS;
  });
  const away = modbus(machine, () => new Promise<Wire>(() => {}), { a: register(5), b: register(500) });
  const sink = await machine.reads(away, 20_000);
  for (const id of ['a', 'b']) expect(sink.of(id)[0]).toMatchObject({ value: null, reason: 'communication' });
});

it('a station that does not answer is given up no later where the wall clock is set back meanwhile', async () => {
  const machine = new Machine();
  const dialogue = new Dialogue({ timeoutMs: 10_000, sends: 3, offsetMinutes: 480 }, machine);
  machine.after(15_000, () => {
    machine.setByMs = -SET_BACK_MS;
  });
  const ended = await machine.passing.during(dialogue.ask('2051', { fromMs: START - 60 * MINUTE, toMs: START }, () => {}));
  expect([ended, machine.monotonicMs() - START]).toEqual(['silent', 30_000]);
});
