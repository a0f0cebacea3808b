import { afterEach, describe, expect, it } from 'vitest';
import { openSources } from '../../../../collector/sources/open.ts';
import type { Source } from '../../../../collector/sources/source.ts';
import { freePort } from '../../../free-port.ts';
import { Gather, unread } from '../gather.ts';
import { plantOf } from '../plants.ts';
import { faultyDevice, frameOf, registerAt, rightAnswer } from './faulty-device.ts';
import { serve, type Vector } from './server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers are waited for as long as a busy machine may take. */
const device = (port: number, more: object = {}) => ({
  id: 'gw',
  protocol: 'modbus-tcp',
  host: '127.0.0.1',
  port,
  timeout: '20s',
  ...more,
});
const read = (unit: number, pdu: number, more: object = {}) => ({
  device: 'gw',
  unit,
  table: 'holding',
  address: { pdu },
  type: 'uint16',
  every: '100ms',
  ...more,
});

async function started(source: Source): Promise<Gather> {
  const sink = new Gather();
  await source.start(sink);
  closing.push(() => source.stop());
  return sink;
}

async function served(vector: Vector, port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const server = await serve(vector, port);
  let open = true;
  const close = async () => {
    if (open) await server.close();
    open = false;
  };
  closing.push(close);
  return { port: server.port, close };
}

const only = (sources: Source[]): Source => {
  expect(sources).toHaveLength(1);
  return sources[0] as Source;
};

describe('a Modbus source', () => {
  it('asks a busy device again, a few times', async () => {
    let asked = 0;
    // Twice acknowledge and busy (5, 6), then the answer; from the seventh on busy for good.
    const busy = await faultyDevice((request, send) => {
      const yet = ++asked > 6 || asked % 3 !== 0;
      const refusal = Buffer.from([request.unit, request.code | 0x80, asked % 3 === 1 ? 5 : 6]);
      send(yet ? frameOf(request.id, refusal) : rightAnswer(request));
    });
    closing.push(() => busy.close());
    const sink = await started(only(openSources(plantOf([device(busy.port)], { m: read(1, 5) }))));
    // Times that went by while the device was being asked again are missing by themselves.
    const answers = () => sink.told('m');
    await sink.until(() => answers().length >= 3);
    const right = { value: registerAt(1, 3, 5), quality: 'good' };
    expect(answers().slice(0, 3)).toMatchObject([right, right, { value: null, reason: 'device-exception' }]);
    expect(asked).toBeGreaterThanOrEqual(9);
  });

  it('reaches its meters by another way while the first is away, and by the first again', async () => {
    const away = await freePort();
    const backup = await served({ getHoldingRegister: () => 2 });
    const sink = await started(
      only(openSources(plantOf([device(away, { backup: { host: '127.0.0.1', port: backup.port } })], { m: read(1, 5) }))),
    );
    await sink.until(() => sink.taken.some(({ value }) => value === 2));
    await served({ getHoldingRegister: () => 1 }, away);
    await backup.close();
    await sink.until(() => sink.taken.some(({ value }) => value === 1));
  });

  it('reads units, tables, types, scale and offset, and says what it decoded them from', async () => {
    const float = Buffer.alloc(4);
    float.writeFloatBE(12.5);
    const { port } = await served({
      getHoldingRegister: (address, unit) =>
        address === 10 ? float.readUInt16BE(2) : address === 11 ? float.readUInt16BE(0) : unit * 100 + address,
      getInputRegister: (address) => 65_000 + address,
      getCoil: (address) => address === 3,
    });
    const source = only(
      openSources(
        plantOf([device(port)], {
          'u1-5': read(1, 5),
          'u2-5': read(2, 5, { scale: 0.1, offset: -1 }),
          swapped: read(1, 10, { type: 'float32', order: 'CDAB' }),
          input: { device: 'gw', unit: 1, address: { modicon: 30_001 }, type: 'int16', every: '100ms' },
          coil: read(1, 3, { table: 'coil', type: 'bit' }),
          bit: read(1, 5, { type: 'bit', bit: 3 }),
        }),
      ),
    );
    const sink = await started(source);
    const first = (channel: string) => sink.told(channel)[0];
    await sink.until(() => ['u1-5', 'u2-5', 'swapped', 'input', 'coil', 'bit'].every((channel) => first(channel) !== undefined));
    expect(first('u1-5')).toMatchObject({ value: 105, quality: 'good', reason: 'none', origin: 'device', raw: '0069' });
    expect(first('u2-5')?.value).toBeCloseTo(19.5);
    expect(first('swapped')).toMatchObject({ value: 12.5, raw: '0000 4148' });
    expect(first('input')).toMatchObject({ value: -536 });
    expect(first('coil')).toMatchObject({ value: 1, raw: '1' });
    expect(first('bit')).toMatchObject({ value: 1 });
    expect(source.status()).toMatchObject({ state: 'online', lastError: null, counts: { failures: 0, reconnects: 0 } });
  });

  it('marks the samples of a simulated plant', async () => {
    const { port } = await served({ getHoldingRegister: () => 1 });
    const sink = await started(only(openSources(plantOf([device(port)], { a: read(1, 0) }, true))));
    await sink.until(() => sink.taken.length > 0);
    expect(sink.taken[0]?.origin).toBe('simulated');
  });

  it('gives each channel of a request that the device refused a missing sample, and goes on', async () => {
    const { port } = await served({
      getHoldingRegister(address) {
        if (address >= 50) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 });
        return address;
      },
    });
    const source = only(openSources(plantOf([device(port)], { good: read(1, 1), bad: read(1, 50), worse: read(1, 51) })));
    const sink = await started(source);
    await sink.until(() => ['good', 'bad', 'worse'].every((channel) => sink.told(channel).length > 0));
    for (const channel of ['bad', 'worse']) {
      expect(sink.told(channel)[0]).toMatchObject({ value: null, quality: 'missing', reason: 'device-exception', raw: 'exception 2' });
    }
    expect(sink.told('good')[0]).toMatchObject({ value: 1, quality: 'good' });
    expect(source.status()).toMatchObject({ state: 'online', counts: { reconnects: 0 } });
  });

  it('calls it no answer where a gateway says that the unit behind it did not answer', async () => {
    for (const code of [0x0a, 0x0b]) {
      const { port } = await served({
        getHoldingRegister(address, unit) {
          if (unit === 9) throw Object.assign(new Error('nobody there'), { modbusErrorCode: code });
          return address;
        },
      });
      const source = only(openSources(plantOf([device(port)], { good: read(1, 1), absent: read(9, 1) })));
      const sink = await started(source);
      const absent = () => sink.of('absent').filter(({ raw }) => raw !== null);
      await sink.until(() => absent().length > 0 && sink.told('good').length > 0);
      expect(absent()[0]).toMatchObject({ value: null, quality: 'missing', reason: 'communication', raw: `exception ${code}` });
    }
  });

  it('says of what it was asking when it was stopped that the collector stopped, not that the device was silent', async () => {
    let heard = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const silent = await faultyDevice(() => heard());
    closing.push(() => silent.close());
    const source = only(openSources(plantOf([device(silent.port)], { m: read(1, 5) })));
    const sink = new Gather();
    await source.start(sink);
    await asked;
    await source.stop();
    expect(sink.of('m').at(-1)).toMatchObject({ value: null, reason: 'collector-stopped' });
  });

  it('marks garbage as missing and keeps its registers', async () => {
    const { port } = await served({ getHoldingRegister: (address) => (address === 0 ? 0x7fc0 : 0) });
    const sink = await started(only(openSources(plantOf([device(port)], { nan: read(1, 0, { type: 'float32' }) }))));
    await sink.until(() => sink.told('nan').length > 0);
    expect(sink.told('nan')[0]).toMatchObject({ value: null, quality: 'missing', reason: 'garbage', raw: '7fc0 0000' });
  });

  it('starts without its device, says what is missing, and reads when the device comes', async () => {
    const port = await freePort();
    const source = only(openSources(plantOf([device(port)], { a: read(1, 7) })));
    const sink = await started(source);
    await sink.until(() => sink.taken.length >= 3);
    expect(sink.taken.every((sample) => sample.quality === 'missing' && unread(sample))).toBe(true);
    await expect.poll(() => source.status().lastError).toContain(`127.0.0.1:${port}`);
    await served({ getHoldingRegister: (address) => address }, port);
    await sink.until(() => sink.taken.some((sample) => sample.quality === 'good'));
    expect(sink.taken.at(-1)).toMatchObject({ value: 7, reason: 'none' });
  });

  it('opens the connection anew after a silence, and doubts the first reading then', async () => {
    let silent = 1;
    const { port } = await served({
      getHoldingRegister: (address) => (silent-- > 0 ? new Promise<number>(() => {}) : Promise.resolve(address)),
    });
    const source = only(openSources(plantOf([device(port, { timeout: '1s' })], { a: read(1, 7) })));
    const sink = await started(source);
    await sink.until(() => sink.taken.some((sample) => sample.quality === 'good'));
    const seen = sink.taken.map((sample) => [sample.value, sample.quality, sample.reason]);
    expect(unread(sink.taken[0]!)).toBe(true);
    expect(seen.filter(([value]) => value !== null)).toEqual([
      [7, 'suspect', 'resynchronised'],
      [7, 'good', 'none'],
    ]);
    expect(source.status().counts).toMatchObject({ resynchronisations: 1, reconnects: 1, failures: 1 });
  });

  it('tells of answers that nobody waited for, once, and believes none of them', async () => {
    const doubling = await faultyDevice((asked, send) => {
      send(rightAnswer(asked));
      send(rightAnswer(asked));
    });
    closing.push(() => doubling.close());
    const sink = await started(only(openSources(plantOf([device(doubling.port)], { a: read(1, 7) }))));
    await sink.until(() => sink.taken.length >= 5);
    expect(sink.events.filter((event) => event.event === 'unsolicited')).toHaveLength(1);
    expect(sink.taken.every((sample) => sample.value === null || sample.value === registerAt(1, 3, 7))).toBe(true);
  });

  it('hands a batch over again that the sink refused', async () => {
    const { port } = await served({ getHoldingRegister: () => 3 });
    const source = only(openSources(plantOf([device(port)], { a: read(1, 0) })));
    const sink = new Gather();
    const refused: number[] = [];
    sink.refuse = (samples) => {
      if (refused.length > 0) return false;
      refused.push(samples[0]?.timeMs as number);
      return true;
    };
    closing.push(() => source.stop());
    await source.start(sink);
    await sink.until(() => sink.taken.some((sample) => sample.timeMs === refused[0]));
  });

  it('hands nothing over once it is stopped, and can be started and stopped a hundred times', async () => {
    const { port } = await served({ getHoldingRegister: () => 3 });
    const source = only(openSources(plantOf([device(port)], { a: read(1, 0, { every: '20ms' }) })));
    for (let turn = 0; turn < 100; turn++) {
      const sink = new Gather();
      await source.start(sink);
      if (turn % 10 === 9) await sink.until(() => sink.taken.some((sample) => sample.quality === 'good'));
      await source.stop();
      expect(source.status().state).toBe('stopped');
      const taken = sink.taken.length;
      await new Promise((resolve) => setTimeout(resolve, turn % 10 === 9 ? 50 : 0));
      expect(sink.taken.length).toBe(taken);
    }
  });

  it('reports every reading that makes no sense at once', () => {
    const plant = plantOf([device(1, { maxRegisters: 2 })], {
      long: read(1, 0, { type: 'float64' }),
    });
    expect(() => openSources(plant)).toThrow(/more than the device's maxRegisters 2/);
  });
});
