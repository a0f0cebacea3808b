import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { headerField, type Packet, plainFields } from '../../../../collector/sources/hj212/packet.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { timeOf, written, writtenMs } from '../../../../collector/sources/hj212/time.ts';
import { Gather } from '../gather.ts';
import { at, CHANNELS, item, MINUTE, MN, OFFSET, packetOf, platform, settingsOf, TEN, TestClock, TestLogger } from './station.ts';

const open: (Hj212Source | TestLogger)[] = [];

async function started(clock: TestClock, ...[stations, more]: Partial<Parameters<typeof restOf>>) {
  const source = platform(clock, stations ?? [settingsOf()], more);
  const sink = new Gather();
  await source.start(sink);
  open.push(source);
  const logger = await TestLogger.call(source.port);
  open.push(logger);
  return { source, sink, logger };
}
const restOf = (stations: Parameters<typeof platform>[1], more: Parameters<typeof platform>[2]) => [stations, more];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) {
    if (one instanceof TestLogger) one.close();
    else await one.stop();
  }
});

const minute = (dataMs: number, avg: string, more: Readonly<Record<string, string>> = {}, header: Readonly<Record<string, string>> = {}) =>
  packetOf({
    cn: '2051',
    qnMs: dataMs + 10 * MINUTE + 1_000,
    dataMs,
    groups: [item('w01018', { Min: '1', Avg: avg, Max: '99999', Flag: 'N', ...more })],
    header,
  });

describe('the platform', () => {
  it('stores minute data at the start of their period and acknowledges them after that', async () => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    let written = false;
    const keep = sink.samples.bind(sink);
    sink.samples = async (samples) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(logger.answers('9014')).toEqual([]);
      written = true;
      await keep(samples);
    };
    const packet = minute(TEN, '40.1');
    logger.send(packet);
    await logger.until(() => logger.answers('9014').length > 0);
    expect(written).toBe(true);
    expect(logger.answers('9014')).toEqual([headerField(packet, 'QN')]);
    expect(logger.got[0]!.header).toEqual([
      ['QN', headerField(packet, 'QN')],
      ['ST', '91'],
      ['CN', '9014'],
      ['PW', '123456'],
      ['MN', MN],
      ['Flag', '4'],
    ]);
    expect(sink.taken).toEqual([
      {
        channel: 'w01018.minute',
        timeMs: TEN,
        value: 40.1,
        quality: 'good',
        reason: 'none',
        origin: 'device',
        raw: 'Min=1,Avg=40.1,Max=99999,Flag=N',
      },
    ]);
  });

  it('stores and answers nothing for a wrong password or an unknown MN, and tells of it without the password', async () => {
    const { source, sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    logger.send(minute(TEN, '1', {}, { PW: '654321' }));
    logger.send(minute(TEN, '1', {}, { PW: '' }));
    logger.send(minute(TEN, '1', {}, { MN: '010000A8900016F000169DC1' }));
    await sink.until(() => sink.events.length === 2 && source.tally.strangers === 3);
    expect(sink.events.map(({ event }) => event)).toEqual(['wrong-password', 'unknown-station']);
    expect(JSON.stringify([sink.events, sink.quarantined])).not.toContain('654321');
    for (let bad = 0; bad < 5; bad++) logger.send(minute(TEN, '1', {}, { PW: '654321' }));
    await once(logger.socket, 'close');
    expect(sink.taken).toEqual([]);
    expect(sink.quarantined).toEqual([]);
    expect(logger.got).toEqual([]);
    expect(sink.events).toHaveLength(2);
  });

  it('acknowledges a packet come again without storing it again, and refuses other content under its QN', async () => {
    const { source, sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    for (let time = 0; time < 3; time++) logger.send(minute(TEN, '40.1'));
    logger.send(minute(TEN, '41.1'));
    await logger.settled(TEN + 30 * MINUTE);
    expect(logger.answers('9014')).toHaveLength(3);
    expect(sink.of('w01018.minute').map(({ value }) => value)).toEqual([40.1]);
    expect(source.tally).toMatchObject({ duplicates: 2, quarantined: 1 });
  });

  it('does not acknowledge what could not be written, and takes it when it comes again', async () => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    sink.refuse = () => true;
    logger.send(minute(TEN, '40.1'));
    await logger.settled(TEN + 30 * MINUTE);
    expect(logger.answers('9014')).toEqual([]);
    sink.refuse = () => false;
    logger.send(minute(TEN, '40.1'));
    await logger.until(() => logger.answers('9014').length === 1);
    expect(sink.taken).toHaveLength(1);
  });

  it.each([
    ['N', 'good', 'none', 40, 'device'],
    ['S', 'good', 'none', 40, 'manual'],
    ['F', 'suspect', 'plant-stopped', 40, 'device'],
    ['T', 'suspect', 'out-of-range', 40, 'device'],
    ['X', 'suspect', 'unknown-mark', 40, 'device'],
    ['M', 'missing', 'maintenance', null, 'device'],
    ['C', 'missing', 'calibration', null, 'device'],
    ['D', 'missing', 'device-fault', null, 'device'],
    ['B', 'missing', 'communication', null, 'device'],
  ])('mark %s: %s, %s', async (Flag, quality, reason, value, origin) => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    logger.send(minute(TEN, '40', { Flag }));
    await logger.until(() => logger.answers('9014').length === 1);
    expect(sink.taken[0]).toMatchObject({ quality, reason, value, origin, raw: `Min=1,Avg=40,Max=99999,Flag=${Flag}` });
  });

  it.each([
    ['--', 'missing', 'unreadable'],
    ['', 'missing', 'unreadable'],
    ['1e999', 'missing', 'unreadable'],
    ['0.5', 'suspect', 'contradictory'],
  ])('value %j: %s, %s', async (avg, quality, reason) => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    logger.send(minute(TEN, avg));
    await logger.until(() => logger.answers('9014').length === 1);
    expect(sink.taken[0]).toMatchObject({ quality, reason });
  });

  it.each([
    ['a period that has not ended', minute(TEN + 30 * MINUTE, '1', {}, { QN: '20260301103000000' })],
    ['a time off the grid of the station', minute(TEN + 5 * MINUTE, '1')],
    ['a time of another year', minute(TEN - 365 * 86_400_000, '1', {}, { QN: '20260301102000000' })],
    ['no time', packetOf({ cn: '2051', qnMs: TEN + 10 * MINUTE, groups: [item('w01018', { Avg: '1' })] })],
    [
      'two codes in one group',
      packetOf({
        cn: '2051',
        qnMs: TEN + 10 * MINUTE,
        dataMs: TEN,
        groups: [[...item('w01018', { Avg: '1' }), ...item('w00000', { Avg: '2' })]],
      }),
    ],
    [
      'real-time data of yesterday',
      packetOf({ cn: '2011', qnMs: TEN + 10 * MINUTE, dataMs: TEN - 86_400_000, groups: [item('w01018', { Rtd: '1' })] }),
    ],
    [
      'late data with a strange code',
      packetOf({
        cn: '2051',
        qnMs: TEN + 10 * MINUTE,
        dataMs: TEN - 600 * MINUTE,
        groups: [item('w11018', { Avg: '1' }), item('w00000', { Avg: '1' })],
      }),
    ],
  ])('quarantines %s and does not acknowledge it', async (_, packet) => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    logger.send(packet);
    await logger.settled(TEN + 30 * MINUTE);
    expect(sink.taken).toEqual([]);
    expect(sink.quarantined).toHaveLength(1);
    expect(sink.quarantined[0]!.raw).toContain('PW=******');
    expect(logger.answers('9014')).toEqual([]);
  });

  it('takes the swap that the CRC does not see for what it is', async () => {
    const clock = new TestClock(at('2026-06-20T00:20:00'));
    const { sink, logger } = await started(clock, [settingsOf({ systems: ['32'] })]);
    // Swapped eight places apart: the time by month and second; ST=32;CN=2051 by ST=52;CN=2031.
    logger.send(packetOf({ cn: '2011', qnMs: clock.ms, dataMs: at('2026-02-03T00:00:01'), groups: [item('w01018', { Rtd: '1' })] }));
    logger.send(
      packetOf({
        cn: '2031',
        qnMs: clock.ms,
        dataMs: at('2026-06-19T00:00:00'),
        groups: [item('w01018', { Avg: '1' })],
        header: { ST: '52', RF: '1' },
      }),
    );
    await logger.settled(clock.ms);
    expect(sink.taken).toEqual([]);
    expect(sink.quarantined).toHaveLength(2);
  });

  it('joins the parts of a split packet, each acknowledged by itself', async () => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    const part = (number: number, dataMs: number | undefined, code: string) =>
      packetOf({
        cn: '2051',
        qnMs: TEN + 10 * MINUTE + number,
        ...(dataMs === undefined ? {} : { dataMs }),
        groups: [item(code, { Avg: '2' })],
        header: { Flag: '7', PNUM: '2', PNO: String(number) },
      });
    logger.send(part(1, TEN, 'w01018'));
    logger.send(part(2, undefined, 'w00000'));
    await logger.until(() => logger.answers('9014').length === 2);
    expect(sink.taken.map(({ channel, timeMs }) => [channel, timeMs])).toEqual([
      ['w01018.minute', TEN],
      ['w00000.minute', TEN],
    ]);
  });

  it('answers 9013 to a heartbeat and a notice, sends no time, and writes news of the instrument down once', async () => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    logger.send(packetOf({ cn: '1013', qnMs: TEN + 1, groups: [[['PolId', 'w01018']]] }));
    for (const qnMs of [TEN + 2, TEN + 3]) {
      logger.send(packetOf({ cn: '3020', qnMs, dataMs: qnMs, groups: [[['PolId', 'w01018']], [['i11001-Info', '//换试剂//']]] }));
    }
    await logger.settled(TEN + 30 * MINUTE);
    await logger.until(() => logger.got.length === 4);
    expect([logger.answers('9013').length, logger.answers('9014').length]).toEqual([2, 2]);
    expect(sink.events.filter(({ event }) => event.startsWith('hj212')).map(({ event }) => event)).toEqual(['hj212-1013', 'hj212-3020']);
    expect(sink.events.find(({ event }) => event === 'hj212-3020')!.detail).toContain('换试剂');
  });

  it('reads encrypted data with the key of the station and refuses plain ones', async () => {
    const key = Buffer.alloc(16, 0x30);
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE), [settingsOf({ key })]);
    logger.send(minute(TEN, '1', {}, { Flag: '9' }));
    logger.send(minute(TEN + 10 * MINUTE, '2', {}, { Flag: '9' }), key);
    await logger.until(() => logger.answers('9014').length === 1);
    expect(sink.taken.map(({ value }) => value)).toEqual([2]);
    expect(sink.quarantined[0]!.reason).toContain('not encrypted');
  });

  it('lets a station speak on one connection at a time', async () => {
    const { source, sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    await logger.settled(TEN);
    const second = await TestLogger.call(source.port);
    open.push(second);
    await Promise.all([once(logger.socket, 'close'), second.settled(TEN + 1)]);
    expect(sink.events.map(({ event }) => event)).toEqual(['station-connected', 'connection-replaced']);
  });

  it('closes who does not introduce himself, who is one too many, and who only sends damage', async () => {
    const clock = new TestClock(TEN);
    const limits = { connections: 3, introductionMs: 80, idleMs: 60_000, backlog: 4 };
    const { source, logger } = await started(clock, [settingsOf()], { limits });
    await logger.settled(TEN);
    const silent = connect(source.port, '127.0.0.1').on('error', () => {});
    const broken = connect(source.port, '127.0.0.1').on('error', () => {});
    await Promise.all([once(silent, 'connect'), once(broken, 'connect')]);
    const one = connect(source.port, '127.0.0.1').on('error', () => {});
    await once(one, 'close');
    for (let n = 0; n < 8; n++) broken.write('##0010QN=1&&0000\r\n');
    await once(broken, 'close');
    silent.write('##00');
    clock.ms += 1_000;
    await once(silent, 'close');
    await logger.settled(TEN + 1);
    expect(source.tally).toMatchObject({ refused: 1, damaged: 8 });
  });

  it('believes nothing from a station whose line damages many packets', async () => {
    const { sink, logger } = await started(new TestClock(TEN + 30 * MINUTE));
    for (let n = 0; n < 24; n++) {
      await logger.settled(TEN + n);
      logger.socket.write('##0010QN=1&&0000\r\n');
    }
    logger.send(minute(TEN, '1'));
    await sink.until(() => sink.quarantined.some(({ reason }) => reason.includes('too many damaged')));
    expect(sink.taken).toEqual([]);
    expect(sink.events.map(({ event }) => event)).toContain('line-damaged');
  });
});

describe('missing periods', () => {
  /** A station that holds minute data and answers for them. */
  function holds(logger: TestLogger, clock: TestClock, data: ReadonlyMap<number, string>): Packet[] {
    const requests: Packet[] = [];
    logger.onPacket = (packet) => {
      if (headerField(packet, 'CN') !== '2051') return;
      requests.push(packet);
      const echo = (cn: string, field: string, code: string) =>
        logger.send({
          header: [
            ['QN', headerField(packet, 'QN')!],
            ['ST', '91'],
            ['CN', cn],
            ['PW', '123456'],
            ['MN', MN],
            ['Flag', '4'],
          ],
          groups: [[[field, code]]],
        });
      echo('9011', 'QnRtn', '1');
      const [from, to] = ['BeginTime', 'EndTime'].map((field) => timeOf(plainFields(packet)[field]!, OFFSET)!) as [number, number];
      const found = [...data].filter(([dataMs]) => dataMs >= from && dataMs <= to);
      for (const [dataMs, avg] of found)
        logger.send(packetOf({ cn: '2051', qnMs: clock.ms + 1 + (dataMs - TEN) / MINUTE, dataMs, groups: [item('w01018', { Avg: avg })] }));
      echo('9012', 'ExeRtn', found.length > 0 ? '1' : '100');
    };
    return requests;
  }

  it('are asked for until they are filled; what the station does not have is missing', async () => {
    const clock = new TestClock(TEN + 10 * MINUTE);
    const { sink, logger } = await started(clock);
    const data = new Map<number, string>();
    for (let n = 1; n < 143; n++) if (n !== 7) data.set(TEN + n * 10 * MINUTE, String(n));
    logger.send(minute(TEN, '1'));
    await logger.until(() => logger.answers('9014').length === 1);
    const requests = holds(logger, clock, data);
    clock.ms = TEN + 1440 * MINUTE + 5_000;
    logger.send(minute(TEN + 1430 * MINUTE, '500'));
    await sink.until(() => sink.taken.some(({ quality }) => quality === 'missing'));
    const readings = sink.of('w01018.minute');
    expect(new Set(readings.map(({ timeMs }) => timeMs)).size).toBe(144);
    expect(readings).toHaveLength(144);
    for (const [dataMs, avg] of data) expect(readings.find(({ timeMs }) => timeMs === dataMs)!.value).toBe(Number(avg));
    expect(readings.find(({ timeMs }) => timeMs === TEN + 70 * MINUTE)).toMatchObject({ quality: 'missing', reason: 'silent' });
    expect(plainFields(requests[0]!)).toEqual({
      BeginTime: written(TEN + 10 * MINUTE, OFFSET),
      EndTime: written(TEN + 1420 * MINUTE, OFFSET),
    });
    expect(headerField(requests[0]!, 'Flag')).toBe('5');
    expect(headerField(requests[0]!, 'QN')).toBe(writtenMs(clock.ms, OFFSET));
  });

  it('of the time before the start are asked for from the last record on', async () => {
    const clock = new TestClock(TEN + 66 * MINUTE);
    const { sink, logger } = await started(clock, [settingsOf({ channels: CHANNELS.filter(({ period }) => period === 'minute') })], {
      fromMs: TEN + 5 * MINUTE,
    });
    const data = new Map(Array.from({ length: 6 }, (_, n) => [TEN + n * 10 * MINUTE, String(n)]));
    holds(logger, clock, data);
    await logger.settled(clock.ms);
    await sink.until(() => sink.of('w01018.minute').length === 6);
    expect(sink.of('w01018.minute').map(({ timeMs, value }) => [timeMs, value])).toEqual(
      [...data].map(([timeMs, avg]) => [timeMs, Number(avg)]),
    );
  });

  it('are asked for three times where the station does not answer, then after a pause', async () => {
    const clock = new TestClock(TEN + 25 * MINUTE);
    const { sink, logger } = await started(clock, [settingsOf()], { fromMs: TEN, timeoutMs: 40 });
    // The clock of the test stands still: it moves with each request.
    logger.onPacket = () => {
      clock.ms += 41;
    };
    const moving = setInterval(() => {
      clock.ms += 10;
    }, 10);
    await logger.settled(clock.ms);
    await sink.until(() => sink.events.some(({ event }) => event === 'history-refused'));
    clearInterval(moving);
    const asked = logger.got.filter((packet) => headerField(packet, 'CN') === '2051');
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map((packet) => headerField(packet, 'QN'))).size).toBe(1);
    expect(sink.taken).toEqual([]);
  });
});
