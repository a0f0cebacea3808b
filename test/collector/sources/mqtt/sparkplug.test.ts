import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SparkplugChannel, sparkplugChannel } from '../../../../collector/sources/mqtt/channel.ts';
import { Unreadable } from '../../../../collector/sources/mqtt/payload.ts';
import { type NodeNews, nodeOfTopic, nodeTopics, SparkplugNode } from '../../../../collector/sources/mqtt/sparkplug-node.ts';
import { decodeSparkplug, sparkplugValue } from '../../../../collector/sources/mqtt/sparkplug-payload.ts';
import type { Channel } from '../../../../config/plant/plant.ts';
import { plantOf } from '../plants.ts';
import { type MetricFields, payload } from './sparkplug-bytes.ts';

const [INT16, INT64, UINT32, DOUBLE] = [2, 4, 7, 10];
const AT = 1_772_323_200_000;

const value = (fields: MetricFields, type?: number) => sparkplugValue(decodeSparkplug(payload(0, [fields])).metrics?.[0] ?? {}, type);

describe('a Sparkplug payload', () => {
  it('is read to its fields', () => {
    expect(decodeSparkplug(payload(17, [{ name: 'flow', alias: 3, timeMs: AT + 5, type: DOUBLE, double: 12.5 }]))).toEqual({
      timestamp: String(AT),
      seq: '17',
      metrics: [{ name: 'flow', alias: '3', timestamp: String(AT + 5), datatype: DOUBLE, doubleValue: 12.5 }],
    });
  });

  it('holds whole numbers of every type as they were', () => {
    for (const [type, bits] of [
      [1, 8],
      [2, 16],
      [3, 32],
    ] as const) {
      fc.assert(
        fc.property(fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }), (number) => {
          expect(value({ int: number < 0 ? number + 2 ** 32 : number }, type)).toBe(number);
        }),
      );
    }
    // Some senders cut a negative number to the bits of its type, others to 32.
    for (const [type, bits] of [
      [1, 8],
      [2, 16],
    ] as const) {
      fc.assert(
        fc.property(fc.integer({ min: -(2 ** (bits - 1)), max: -1 }), (number) => {
          expect(value({ int: number + 2 ** bits }, type)).toBe(number);
        }),
      );
    }
    expect(value({ long: 2n ** 63n }, INT64)).toBe(-(2 ** 63));
    expect(value({ long: 2n ** 62n }, INT64)).toBe(2 ** 62);
    expect(value({ long: 2n ** 64n - 1n }, 8)).toBe(2 ** 64);
    fc.assert(fc.property(fc.maxSafeInteger(), (number) => void expect(value({ long: BigInt(number) }, INT64)).toBe(number)));
    fc.assert(fc.property(fc.maxSafeNat(), (number) => void expect(value({ long: BigInt(number) }, 8)).toBe(number)));
  });

  it.each<[MetricFields, number | undefined, number]>([
    [{ boolean: true }, 11, 1],
    [{ boolean: false }, 11, 0],
    [{ boolean: true }, undefined, 1],
    [{ float: 2.5 }, 9, 2.5],
    [{ double: 2.5 }, undefined, 2.5],
    [{ int: 200 }, 5, 200],
    [{ int: 60_000 }, 6, 60_000],
    [{ long: AT }, 13, AT],
  ])('%j of type %s holds %d', (fields, type, number) => {
    expect(value(fields, type)).toBe(number);
  });

  it.each<[MetricFields, number | undefined]>([
    [{ boolean: true }, DOUBLE],
    [{ double: 1 }, 11],
    [{ int: 1 }, 11],
    [{ int: 1 }, 14],
    [{ int: 5 }, undefined],
    [{ text: '5' }, 12],
    [{}, DOUBLE],
    [{ int: 5 }, DOUBLE],
    [{ float: 5 }, DOUBLE],
  ])('%j of type %s holds no number that can be meant', (fields, type) => {
    expect(() => value(fields, type)).toThrow(Unreadable);
  });

  it('that is cut short or none at all is unreadable, never a reading', () => {
    const whole = payload(1, [{ name: 'flow', type: DOUBLE, double: 12.5 }]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          for (const metric of decodeSparkplug(bytes).metrics ?? []) sparkplugValue(metric, metric.datatype);
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable);
        }
      }),
    );
    expect(() => decodeSparkplug(whole.subarray(0, -1))).toThrow(Unreadable);
  });
});

describe('topics of a node', () => {
  it('are those that it publishes, not those that command it', () => {
    expect(nodeTopics('G', 'N')).toEqual(
      ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'].map((kind) => `spBv1.0/G/${kind}/N${kind.startsWith('D') ? '/+' : ''}`),
    );
    expect(nodeOfTopic('spBv1.0/G/DDATA/N/D')).toEqual({ edge: 'G/N', kind: 'DDATA', device: 'D' });
    expect(nodeOfTopic('spBv1.0/G/DCMD/N/D')).toBeNull();
    expect(nodeOfTopic('spBv1.0/STATE/x')).toBeNull();
  });
});

const reads = {
  node: { device: 'b', edge: 'G/N', metric: 'load' },
  flow: { device: 'b', edge: 'G/N/D', metric: 'flow', scale: 0.1 },
  level: { device: 'b', edge: 'G/N/D', metric: 'level' },
};
const channels: SparkplugChannel[] = [
  ...plantOf([{ id: 'b', protocol: 'mqtt', url: 'mqtt://127.0.0.1' }], reads).channels.values(),
].flatMap((channel: Channel) => (channel.read && 'metric' in channel.read ? [sparkplugChannel(channel, channel.read)] : []));

/** A node that was born with a device behind it. */
function born(remembered?: ReturnType<SparkplugNode['remember']>) {
  const node = new SparkplugNode('G/N', channels, 'device', remembered);
  const birth = () =>
    node.take(
      'NBIRTH',
      null,
      payload(0, [
        { name: 'bdSeq', type: INT64, long: 4 },
        { name: 'load', alias: 1, type: INT16, int: 7 },
      ]),
      AT,
      false,
    );
  const device = (seq = 1): NodeNews =>
    node.take(
      'DBIRTH',
      'D',
      payload(seq, [
        { name: 'flow', alias: 2, type: UINT32, int: 100 },
        { name: 'level', alias: 3, type: INT16, int: 65_535 },
      ]),
      AT,
      false,
    );
  const data = (seq: number, metrics: readonly MetricFields[], again = false) => node.take('DDATA', 'D', payload(seq, metrics), AT, again);
  return { node, birth, device, data };
}
const seen = (news: NodeNews) => news.samples.map(({ channel, value: number, quality, reason }) => [channel, number, quality, reason]);

describe('an edge node', () => {
  it('tells values in its births, then by alias with the type that the birth announced', () => {
    const { birth, device, data } = born();
    expect(seen(birth())).toEqual([['node', 7, 'good', 'none']]);
    expect(seen(device())).toEqual([
      ['flow', 10, 'good', 'none'],
      ['level', -1, 'good', 'none'],
    ]);
    const news = data(2, [
      { alias: 3, timeMs: AT + 250, int: 4_294_967_294 },
      { alias: 9, int: 1 },
    ]);
    expect(seen(news)).toEqual([['level', -2, 'good', 'none']]);
    expect(news.samples[0]).toMatchObject({ timeMs: AT + 250, raw: expect.stringContaining('"intValue":4294967294') as string });
    expect(news.failed).toEqual(['alias 9: no birth certificate names it']);
  });

  it('gives no number where it says that there is none, or a bad or stale one', () => {
    const { birth, device, data } = born();
    birth();
    device();
    expect(seen(data(2, [{ alias: 2, isNull: true }]))).toEqual([['flow', null, 'missing', 'device-fault']]);
    expect(seen(data(3, [{ alias: 2, int: 5, quality: 0 }]))).toEqual([['flow', null, 'missing', 'device-fault']]);
    expect(seen(data(4, [{ alias: 2, int: 5, quality: 500 }]))).toEqual([['flow', null, 'missing', 'communication']]);
    expect(seen(data(5, [{ alias: 2, int: 5, quality: 192 }]))).toEqual([['flow', 0.5, 'good', 'none']]);
  });

  it('doubts a value beside which it puts a state that nobody has defined', () => {
    const { birth, device, data } = born();
    birth();
    device();
    for (const [place, quality] of [1, 64, 191, 193, 256, 512].entries()) {
      expect(seen(data(2 + place, [{ alias: 2, int: 5, quality }]))).toEqual([['flow', 0.5, 'suspect', 'unknown-mark']]);
    }
  });

  it('whose numbers have a gap is told of, and its aliases are doubted until the next birth', () => {
    const { birth, device, data } = born();
    birth();
    device();
    const news = data(5, [
      { alias: 2, int: 100 },
      { name: 'level', type: INT16, int: 3 },
    ]);
    expect(news).toMatchObject({
      lost: 3,
      events: [{ event: 'sequence-gap', detail: 'G/N: at least 3 messages missing between 1 and 5' }],
    });
    expect(seen(news)).toEqual([
      ['flow', 10, 'suspect', 'resynchronised'],
      ['level', 3, 'good', 'none'],
    ]);
    expect(birth().events).toEqual([]);
    device();
    expect(seen(data(2, [{ alias: 2, int: 100 }]))).toEqual([['flow', 10, 'good', 'none']]);
  });

  it('counts to 255 and on from 0 without a loss, and a message that is sent again is none', () => {
    const { birth, device, data } = born();
    birth();
    device();
    let lost = 0;
    for (let seq = 2; seq < 600; seq++) lost += data(seq % 256, [{ alias: 2, int: seq }]).lost;
    expect(lost).toBe(0);
    expect(data(598 % 256, [{ alias: 2, int: 1 }], true)).toMatchObject({ lost: 0, events: [] });
  });

  it('that dies leaves every channel missing; the will of an earlier life is nothing', () => {
    const { node, birth, device } = born();
    birth();
    device();
    const death = (bdSeq: number) => node.take('NDEATH', null, payload(null, [{ name: 'bdSeq', type: INT64, long: bdSeq }]), AT + 9, false);
    expect(death(3)).toMatchObject({ samples: [], events: [] });
    const news = death(4);
    expect(news.events).toEqual([{ event: 'node-death', detail: 'G/N' }]);
    expect(seen(news)).toEqual(['node', 'flow', 'level'].map((channel) => [channel, null, 'missing', 'communication']));
    expect(birth().lost).toBe(0);
  });

  it('is of its own time, of that of its message where it has none, and of its arrival where neither has', () => {
    const { node, birth } = born();
    birth();
    const at = (metric: MetricFields, messageMs: number) =>
      node.take('NDATA', null, payload(null, [{ name: 'load', type: INT16, int: 1, ...metric }], messageMs), AT + 5000, false).samples[0]
        ?.timeMs;
    expect(at({ timeMs: AT + 1000 }, AT + 2000)).toBe(AT + 1000);
    expect(at({}, AT + 2000)).toBe(AT + 2000);
  });

  it('that dies without saying which life it ends is dead, and what it sends without a birth is no loss', () => {
    const { node, birth, device, data } = born();
    birth();
    device();
    const death = node.take('NDEATH', null, payload(null, []), AT + 9, false);
    expect(death.events).toEqual([{ event: 'node-death', detail: 'G/N' }]);
    const news = data(77, [{ alias: 2, int: 100 }]);
    expect(news).toMatchObject({ lost: 0, events: [] });
    expect(seen(news)).toEqual([['flow', 10, 'suspect', 'resynchronised']]);
  });

  it('whose device dies leaves the channels of that device missing', () => {
    const { node, birth, device } = born();
    birth();
    device();
    const news = node.take('DDEATH', 'D', payload(2, []), AT, false);
    expect(seen(news).map(([channel]) => channel)).toEqual(['flow', 'level']);
    expect(news.events).toEqual([{ event: 'device-death', detail: 'G/N/D' }]);
  });

  it('is known in the next run: without a gap as before, after one or a run that did not end in order with doubt', () => {
    const { node, birth, device } = born();
    birth();
    device();
    expect(seen(born(node.remember(true)).data(2, [{ alias: 2, int: 100 }]))).toEqual([['flow', 10, 'good', 'none']]);
    expect(seen(born(node.remember(false)).data(2, [{ alias: 2, int: 100 }]))).toEqual([['flow', 10, 'suspect', 'resynchronised']]);
    const later = born(node.remember(true)).data(4, [{ alias: 2, int: 100 }]);
    expect([later.lost, seen(later)]).toEqual([2, [['flow', 10, 'suspect', 'resynchronised']]]);
    const unknown = born().data(4, [{ alias: 2, int: 100 }]);
    expect([seen(unknown), unknown.failed]).toEqual([[], ['alias 2: no birth certificate names it']]);
  });
});
