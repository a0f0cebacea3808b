import { describe, expect, it } from 'vitest';
import type { Held } from '../../../../collector/sources/mqtt/broker.ts';
import { type MqttChannel, mqttChannel, type SparkplugChannel, sparkplugChannel } from '../../../../collector/sources/mqtt/channel.ts';
import { type Batch, DROP_TOPICS, MessageReader } from '../../../../collector/sources/mqtt/reader.ts';
import { plantOf } from '../plants.ts';
import { type MetricFields, payload } from './sparkplug-bytes.ts';

const NOW = Date.UTC(2026, 2, 1);
const NOTHING = { orderly: false, session: false, dropped: {}, sequences: {}, nodes: {} };
const link = { acknowledge() {}, giveUp() {} };
const [INT64, DOUBLE] = [4, 10];

/** A reader of these channels, by the name of their meter. */
function readerOf(reads: Readonly<Record<string, object>>, remembered: Parameters<MessageReader['recall']>[0] = NOTHING) {
  const devices = [{ id: 'b', protocol: 'mqtt', url: 'mqtt://127.0.0.1' }];
  const named = Object.fromEntries(Object.entries(reads).map(([id, read]) => [id, { device: 'b', ...read }]));
  const channels = [...plantOf(devices, named).channels.values()].flatMap((channel): (MqttChannel | SparkplugChannel)[] => {
    const { read } = channel;
    if (read === undefined) return [];
    return 'topic' in read ? [mqttChannel(channel, read)] : 'metric' in read ? [sparkplugChannel(channel, read)] : [];
  });
  const heard: string[] = [];
  const reader = new MessageReader('b', channels, 'device', ({ channel }) => heard.push(channel));
  reader.recall(remembered);
  const read = (topic: string, body: string | Buffer, more: Partial<Held> = {}) => {
    const batch: Batch = { samples: [], quarantined: [], events: [], lost: 0 };
    const born = reader.read({ topic, payload: Buffer.from(body), retained: false, again: false, id: 1, link, ...more }, NOW, batch);
    return {
      ...batch,
      born,
      said: batch.samples.map(({ channel, value, quality, reason }) => [channel, value, quality, reason]),
      told: batch.events.map(({ event, detail }) => `${event}: ${detail}`),
    };
  };
  return { reader, read, heard };
}

describe('messages of a broker', () => {
  it('are read by every channel of their topic; what one cannot read keeps none from the others', () => {
    const { read, heard, reader } = readerOf({ a: { topic: 't', value: '$.a' }, b: { topic: 't', value: '$.b' }, c: { topic: 'u' } });
    expect(reader.topics).toEqual(['t', 'u']);
    const news = read('t', '{"a":1.5,"b":"off"}');
    expect(news.said).toEqual([
      ['a', 1.5, 'good', 'none'],
      ['b', null, 'missing', 'unreadable'],
    ]);
    expect(news.quarantined).toEqual([{ timeMs: NOW, source: 'b', reason: 't: b: "off" is no number', raw: '{"a":1.5,"b":"off"}' }]);
    expect(news.samples.map(({ raw, origin }) => [raw, origin])).toEqual([
      ['{"a":1.5,"b":"off"}', 'device'],
      ['{"a":1.5,"b":"off"}', 'device'],
    ]);
    expect(heard).toEqual(['a', 'b']);
    expect(news.born).toBe(false);
  });

  it('of a topic that no channel reads go to quarantine', () => {
    expect(readerOf({ a: { topic: 't' } }).read('elsewhere', '1')).toMatchObject({
      samples: [],
      quarantined: [{ reason: 'elsewhere: no channel reads this topic', raw: '1' }],
    });
  });

  it('of several rows lose none that can be read: the others are missing at their times, and all of it is set aside', () => {
    const { read } = readerOf({ a: { topic: 't', format: 'csv', value: 'v', time: 't' } });
    const at = (seconds: number) => NOW - 60_000 + 1000 * seconds;
    const text = ['t,v', `${at(0) / 1000},1`, `${at(1) / 1000},`, 'x,3', `${at(3) / 1000},4`].join('\n');
    const news = read('t', text);
    expect(news.samples.map(({ timeMs, value, reason }) => [timeMs, value, reason])).toEqual([
      [at(0), 1, 'none'],
      [at(1), null, 'unreadable'],
      [NOW, null, 'unreadable'],
      [at(3), 4, 'none'],
    ]);
    expect(news.quarantined).toMatchObject([
      { reason: 't: a: row 2: no value at its place; a: row 3: "x" is no time with its offset', raw: text },
    ]);
  });

  it('are read by the number of their column, from 1, or by its heading', () => {
    const { read } = readerOf({
      a: { topic: 't', format: 'csv', value: '2' },
      b: { topic: 'u', format: 'csv', value: 'v', sequence: 'n' },
    });
    expect(read('t', '7;8;9').said).toEqual([['a', 8, 'good', 'none']]);
    expect(read('u', 'n,v\n1,5').said).toEqual([['b', 5, 'good', 'none']]);
  });

  it('may be GBK or begin with a byte order mark; bytes that are no text are kept as they are, and said of once', () => {
    const { read } = readerOf({
      a: { topic: 't', format: 'csv', value: '流量' },
      b: { topic: 'u', value: '$.v' },
      c: { topic: 'u', value: '$.w' },
    });
    const gbk = Buffer.concat([Buffer.from('c1f7c1bf', 'hex'), Buffer.from('\n7.5')]);
    expect(read('t', gbk)).toMatchObject({ said: [['a', 7.5, 'good', 'none']], samples: [{ raw: '流量\n7.5' }], quarantined: [] });
    expect(read('u', '\ufeff{"v":1,"w":2}').said.map(([, value]) => value)).toEqual([1, 2]);
    expect(read('u', Buffer.from('ffff00', 'hex'))).toMatchObject({
      samples: [{ raw: 'ffff00', reason: 'unreadable' }, { raw: 'ffff00' }],
      quarantined: [{ reason: 'u: b, c: no text in UTF-8 or GBK', raw: 'ffff00' }],
    });
  });

  it('that are long are cut beside their samples, and whole in the quarantine', () => {
    const { read } = readerOf({ a: { topic: 't', value: '$.a' }, b: { topic: 't', value: '$.b' } });
    for (const [length, kept] of [
      [1024, 1024],
      [1025, 1024],
    ] as const) {
      const text = `{"a":1,"fill":"${'x'.repeat(length - 17)}"}`;
      expect(text).toHaveLength(length);
      const news = read('t', text);
      expect(news.samples.map(({ raw }) => raw)).toEqual([text.slice(0, kept), text.slice(0, kept)]);
      expect(news.quarantined).toMatchObject([{ raw: text }]);
    }
  });

  it('that the broker had kept are read where they state their time, are no gap where they cannot be, and no sign of life', () => {
    const { read, heard } = readerOf({
      a: { topic: 't', value: '$.v', sequence: '$.n' },
      b: { topic: 't', value: '$.v', time: '$.t' },
    });
    read('t', '{"v":1,"n":1,"t":1772000000}');
    const kept = read('t', '{"v":1,"n":7,"t":1772000000}', { retained: true });
    expect(kept.samples).toMatchObject([{ channel: 'b', value: 1, timeMs: 1_772_000_000_000, quality: 'good' }]);
    expect(kept).toMatchObject({
      told: [],
      lost: 0,
      quarantined: [{ reason: 't: a: a retained message without a time may be of any age' }],
    });
    expect(heard).toEqual(['a', 'b']);
    expect(read('t', '{"v":1,"n":2}')).toMatchObject({ lost: 0 });
    expect(heard).toEqual(['a', 'b', 'a', 'b']);
  });

  it('that their publisher counts show each loss once, however many channels read them', () => {
    const counted = { topic: 't', value: '$.v', sequence: '$.n', publisher: 'gateway' };
    const { read, reader } = readerOf({ a: counted, b: counted });
    expect(read('t', '{"v":1,"n":5}')).toMatchObject({ lost: 0, told: [] });
    expect(read('t', '{"v":1,"n":9}')).toMatchObject({ lost: 3, told: ['sequence-gap: gateway: 3 messages missing between 5 and 9'] });
    expect(read('t', '{"v":1,"n":9}', { again: true })).toMatchObject({ lost: 0, told: [] });
    expect(read('t', '{"v":1,"n":2}')).toMatchObject({ lost: 0, told: ['sequence-restarted: gateway: 2 came after 9'] });
    expect(reader.remember(true).sequences).toEqual({ gateway: 2 });
    expect(reader.remember(false).sequences).toEqual({});
    const next = readerOf({ a: counted }, { ...NOTHING, ...reader.remember(true) });
    expect(next.read('t', '{"v":1,"n":4}')).toMatchObject({ lost: 1, told: ['sequence-gap: gateway: 1 messages missing between 2 and 4'] });
  });

  it('of a publisher that counts to a modulus say what was lost at least', () => {
    const { read } = readerOf({ a: { topic: 't', value: '$.v', sequence: '$.n', sequenceModulus: 16 } });
    read('t', '{"v":1,"n":15}');
    expect(read('t', '{"v":1,"n":2}')).toMatchObject({ lost: 2, told: ['sequence-gap: t: at least 2 messages missing between 15 and 2'] });
  });

  it('by which it tells what it dropped are an event where the count grew, also while nobody was listening', () => {
    const [topic] = DROP_TOPICS as [string];
    const { read, reader } = readerOf({ a: { topic: 't' } });
    const grew = (text: string) => read(topic, text).told;
    expect(grew('7')).toEqual([]);
    expect(grew('7')).toEqual([]);
    expect(grew('12')).toEqual([`broker-dropped: ${topic}: 7 to 12, of all its clients together`]);
    expect(grew('unknown')).toEqual([]);
    // It was started anew.
    expect(grew('0')).toEqual([]);
    expect(grew('3')).toEqual([`broker-dropped: ${topic}: 0 to 3, of all its clients together`]);
    expect(readerOf({ a: { topic: 't' } }, { ...NOTHING, ...reader.remember(false) }).read(topic, '4').told).toEqual([
      `broker-dropped: ${topic}: 3 to 4, of all its clients together`,
    ]);
  });
});

describe('messages of Sparkplug nodes', () => {
  const reads = { flow: { edge: 'G/N', metric: 'flow' }, plain: { topic: 'spBv1.0/G/NDATA/P', format: 'plain' } };
  const flow: MetricFields = { name: 'flow', alias: 1, type: DOUBLE, double: 12.5 };
  const birth = payload(0, [{ name: 'bdSeq', type: INT64, long: 1 }, flow]);
  const topic = (kind: string) => `spBv1.0/G/${kind}/N`;

  it('go to their node, births are worth remembering, and a topic that a channel names is its own', () => {
    const { read, reader, heard } = readerOf(reads);
    const own = ['NBIRTH', 'NDATA', 'NDEATH'].map(topic);
    const behind = ['DBIRTH', 'DDATA', 'DDEATH'].map((kind) => `${topic(kind)}/+`);
    expect(new Set(reader.topics)).toEqual(new Set([...own, ...behind, 'spBv1.0/G/NDATA/P']));
    expect(read(topic('NBIRTH'), birth)).toMatchObject({ born: true, said: [['flow', 12.5, 'good', 'none']], quarantined: [] });
    expect(read(topic('NDATA'), payload(1, [{ alias: 1, double: 13 }]))).toMatchObject({
      born: false,
      said: [['flow', 13, 'good', 'none']],
    });
    expect(read('spBv1.0/G/DBIRTH/N/D', payload(2, []))).toMatchObject({ born: true, said: [] });
    expect(read('spBv1.0/G/NDATA/P', '7')).toMatchObject({ born: false, said: [['plain', 7, 'good', 'none']] });
    expect(heard).toEqual(['flow', 'flow', 'plain']);
    const next = readerOf(reads, { ...NOTHING, ...reader.remember(true) });
    expect(next.read(topic('NDATA'), payload(3, [{ alias: 1, double: 14 }])).said).toEqual([['flow', 14, 'good', 'none']]);
  });

  it('tell what was lost and what could not be read, and are set aside as they came', () => {
    const { read } = readerOf(reads);
    read(topic('NBIRTH'), birth);
    const bytes = payload(4, [{ alias: 9, double: 1 }]);
    expect(read(topic('NDATA'), bytes)).toMatchObject({
      lost: 3,
      told: ['sequence-gap: G/N: at least 3 messages missing between 0 and 4'],
      quarantined: [{ reason: `${topic('NDATA')}: alias 9: no birth certificate names it`, raw: bytes.toString('hex') }],
    });
    const cut = birth.subarray(0, -1);
    expect(read(topic('NBIRTH'), cut)).toMatchObject({
      samples: [],
      quarantined: [{ reason: expect.stringContaining('no Sparkplug B payload') as string, raw: cut.toString('hex') }],
    });
  });

  it('of a node that nobody reads go to quarantine', () => {
    expect(readerOf(reads).read('spBv1.0/G/NDATA/OTHER', birth)).toMatchObject({ samples: [], quarantined: { length: 1 } });
  });
});
