import { afterEach, describe, expect, it } from 'vitest';
import { answerTo } from '../../../../collector/sources/hj212/answers.ts';
import { CONTROL_COMMANDS, type ControlCommand, type ControlRequest, controlFields } from '../../../../collector/sources/hj212/control.ts';
import { headerField, plainFields } from '../../../../collector/sources/hj212/packet.ts';
import { deviceSchema } from '../../../../config/plant/devices.ts';
import { Gather } from '../gather.ts';
import { CHANNELS, item, MN, packetOf, platform, reads, settingsOf, TEN, TestClock, TestLogger } from './station.ts';

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const clean: ControlRequest = { mn: MN, cn: '3013', fields: { PolId: 'w01018' }, by: '李科长', why: '读数异常，反吹后再看' };

async function started(control: readonly string[] | undefined, answer: 'done' | 'refuse' | 'nothing' = 'done') {
  const clock = new TestClock(TEN + 60_000);
  const channels = [
    ...CHANNELS,
    ...reads([
      ['a01901', 'Avg', 'real-time'],
      ['a21026', 'SampleRd', 'real-time'],
    ]),
  ];
  const source = platform(clock, [settingsOf({ channels, ...(control === undefined ? {} : { control }) })]);
  const sink = new Gather();
  await source.start(sink);
  ending.push(() => source.stop());
  const logger = await TestLogger.call(source.port);
  ending.push(() => logger.close());
  const commands: string[] = [];
  logger.onPacket = (packet) => {
    const cn = headerField(packet, 'CN')!;
    if (!/^[13]/.test(cn)) return;
    commands.push(`${cn} ${JSON.stringify(plainFields(packet))} ${sink.events.filter(({ event }) => event === 'hj212-control').length}`);
    if (answer === 'nothing') clock.ms += 5_000;
    if (answer === 'nothing') return;
    logger.send(answerTo(packet, '9011', [['QnRtn', answer === 'done' ? '1' : '2']]));
    if (answer === 'done') logger.send(answerTo(packet, '9012', [['ExeRtn', '1']]));
  };
  await logger.settled(clock.ms);
  return { source, sink, logger, commands, clock };
}

describe('an officer’s command', () => {
  it('is off unless the plant file allows it for the station, and the attempt is journalled', async () => {
    for (const control of [undefined, ['1012']]) {
      const { source, sink, logger, commands, clock } = await started(control);
      expect(await source.control(clean)).toBe('not-allowed');
      await logger.settled(clock.ms + 1);
      expect(commands).toEqual([]);
      expect(sink.events.filter(({ event }) => event === 'hj212-control').map(({ detail }) => detail)).toEqual([
        expect.stringMatching(/3013.*李科长: 读数异常.*not sent/),
      ]);
    }
  });

  it('is in the journal with who and why before it is sent, once, and with what became of it after', async () => {
    for (const [answer, outcome] of [
      ['done', 'done'],
      ['refuse', 'refused'],
      ['nothing', 'silent'],
    ] as const) {
      const { source, sink, commands } = await started(['3013'], answer);
      expect(await source.control(clean)).toBe(outcome);
      expect(commands).toEqual(['3013 {"PolId":"w01018"} 1']);
      const told = sink.events.filter(({ event }) => event === 'hj212-control').map(({ detail }) => detail);
      expect(told).toHaveLength(2);
      expect(told[1]).toContain(outcome);
    }
  });

  it('goes to nobody else, and not while the journal cannot be written', async () => {
    const { source, sink, logger, commands, clock } = await started(['3013']);
    expect(await source.control({ ...clean, mn: 'other' })).toBe('unknown-station');
    sink.event = () => Promise.reject(new Error('disk full'));
    await expect(source.control(clean)).rejects.toThrow('disk full');
    await logger.settled(clock.ms + 1);
    expect(commands).toEqual([]);
    logger.close();
    await expect.poll(() => source.control({ ...clean, mn: MN }).catch(() => 'disk full')).toBe('not-connected');
  });

  it('has somebody and something behind it, and only fields of its own that cannot break a packet', () => {
    expect(controlFields(clean)).toEqual([[['PolId', 'w01018']]]);
    for (const more of [
      { by: ' ' },
      { why: '' },
      { fields: {} },
      { fields: { PolId: 'a;CN=1072' } },
      { fields: { PolId: 'a', NewPW: 'x' } },
    ]) {
      expect(controlFields({ ...clean, ...more })).toBeNull();
    }
    for (const cn of ['1072', '1014', '1002', '2011']) expect(controlFields({ ...clean, cn: cn as ControlCommand })).toBeNull();
  });

  it('may be allowed in a plant file, each that the program knows and no other', () => {
    const device = (control: readonly string[]) => ({
      id: 'b',
      protocol: 'hj212',
      listen: { port: 9000 },
      stations: [{ mn: MN, password: { env: 'PW' }, control }],
    });
    expect(deviceSchema.safeParse(device(Object.keys(CONTROL_COMMANDS))).success).toBe(true);
    for (const cn of ['1072', '1014', '2051']) expect(deviceSchema.safeParse(device([cn])).success).toBe(false);
  });
});

it('takes five-minute means of a furnace (2111) and automatic checks (2062) as of their moment', async () => {
  const { sink, logger, clock } = await started(undefined);
  logger.send(packetOf({ cn: '2111', qnMs: clock.ms, dataMs: TEN - 300_000, groups: [item('a01901', { Avg: '871.5', Flag: 'N' })] }));
  logger.send(
    packetOf({
      cn: '2062',
      qnMs: clock.ms + 1,
      dataMs: TEN - 600_000,
      groups: [item('a21026', { SampleRd: '101', StandardValue: '100', ResultType: '1' })],
    }),
  );
  await logger.until(() => logger.answers('9014').length === 2);
  expect(sink.of('a01901.real-time')).toMatchObject([{ timeMs: TEN - 300_000, value: 871.5 }]);
  expect(sink.of('a21026.real-time')).toMatchObject([{ value: 101, raw: 'SampleRd=101,StandardValue=100,ResultType=1' }]);
});
