import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { Case } from '../../balance/oversight/cases/case.ts';
import type { FleetRow } from '../../balance/oversight/fleet.ts';
import type { ComplianceLists } from '../../balance/oversight/lists.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { simulatedMeters } from '../../collector/simulate/past.ts';
import { systemClock } from '../../collector/sources/clock.ts';
import { openSources } from '../../collector/sources/open.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { freePort } from '../free-port.ts';
import { type Called, called, refused } from './called.ts';

/**
 * A bureau's officer from the packet to the published list: the example plant reports its wastewater monitor to our platform over TCP; the
 * officer finds it over the limit, publishes what the local rule asks for, and sees a case through.
 */
const MN = '010000A8900016F000169DC0';
const HOUR = 3_600_000;
const EXAMPLE = 'config/examples/yunnan-phosphate';

afterEach(() => {
  vi.unstubAllEnvs();
});

const bureauFile = (port: number): string => `
liangheng: 1
plant: { id: reported-plant, name: 上报企业, jurisdiction: guangxi, simulated: true, register: { representative: 某某, address: 示例路 1 号, region: 示例区 } }
units: [{ id: P, name: 厂, level: plant }]
meters:
  - { id: F, name: 氟化物, kind: concentration, unit: mg/L, read: { device: bureau, station: "${MN}", code: w21017, value: Avg, period: minute } }
outfalls:
  - id: DW001
    name: 总排口
    unit: P
    kind: water
    monitored: { w21017: F }
    disposal: { mode: 连续排放 }
    limits: [{ code: w21017, value: 5, unit: mg/L, basis: hour, source: 排污许可证 }]
devices: [{ id: bureau, protocol: hj212, listen: { port: ${port} }, stations: [{ mn: "${MN}", password: { env: HJ212_PW } }] }]
`;

it('goes from a packet to the published list and a case that is closed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-officer-'));
  const toMs = Math.floor(Date.now() / HOUR) * HOUR;
  const fromMs = toMs - 12 * HOUR;
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  vi.stubEnv('HJ212_PW', 'pw1234');
  await writeFile(join(dir, 'password'), 'pw1234\n');

  // What the plant has read of its own monitor, minute by minute.
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'plant'));
  const plant = await loadPlant(EXAMPLE);
  const meters = simulatedMeters(plant);
  const records: JournalRecord[] = [];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += 60_000) {
    const value = meters.readingAt('AT-6003', timeMs);
    records.push({
      kind: 'sample',
      sample: { channel: 'AT-6003', timeMs, value, quality: 'good', reason: 'none', origin: 'simulated', raw: null },
    });
  }
  const read = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  await read.append(records);
  await read.close();

  // The bureau's platform, and the plant reporting to it over TCP.
  const port = await freePort();
  const file = join(dir, 'fleet', 'reported', 'plant.yaml');
  await mkdir(join(dir, 'fleet', 'reported'), { recursive: true });
  await writeFile(file, bureauFile(port));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'bureau'));
  const bureau = await loadPlant(file);
  const journal = await openJournal(join(bureau.dataDir, 'journal'), { plant: bureau.id });
  const sources = openSources(bureau, systemClock, null);
  for (const source of sources) await source.start(createRecorder(journal, { simulated: true }));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'plant'));
  const send = ['hj212', 'send', EXAMPLE, '--to', `127.0.0.1:${port}`, '--mn', MN, '--password-file', join(dir, 'password')];
  const sent = JSON.parse((await called(...send, '--outfall', 'DW001', '--from', from, '--once')).out) as { waiting: number };
  expect(sent.waiting).toBe(0);
  await Promise.all(sources.map((source) => source.stop()));
  await journal.close();

  // The officer's looks.
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'bureau'));
  const look = ['oversight', '--fleet', join(dir, 'fleet'), '--from', from, '--to', to];
  const looked = await called(...look, '--json');
  const [row] = JSON.parse(looked.out) as FleetRow[];
  expect(row).toMatchObject({ plant: 'reported-plant', rank: 1, effective: 1, online: { monitors: 1, of: 1 }, region: '示例区' });
  expect(row!.over.worst).toBeGreaterThan(0.2);
  expect(looked.status).toBe(1);
  const lists = JSON.parse((await called(...look, '--lists', '--json', '--disclosure', join(dir, 'public'))).out) as ComplianceLists;
  expect(lists.overLimit).toMatchObject([{ plant: 'reported-plant', outfall: 'DW001', code: 'w21017' }]);
  expect(lists.within).toEqual([]);
  const [published] = JSON.parse(await readFile(join(dir, 'public', 'disclosure.json'), 'utf8')) as Record<string, string>[];
  expect(Object.keys(published!)).toEqual([
    '企业名称、法人代表、企业所在地址',
    '排放污染物名称、排放方式',
    '排放浓度和总量',
    '超标、超总量情况',
  ]);
  expect(published!['企业名称、法人代表、企业所在地址']).toBe('上报企业（模拟数据）；某某；示例路 1 号');
  expect(published!['超标、超总量情况']).toMatch(/^DW001 氟化物 超标 0\.\d+ 倍$/);
  expect(await readFile(join(dir, 'public', 'disclosure.html'), 'utf8')).toContain(published!['超标、超总量情况']);

  // The case.
  const append = async (value: object): Promise<Called> => {
    await writeFile(join(dir, 'step.json'), JSON.stringify(value));
    return called('cases', join(dir, 'cases.jsonl'), '--append', join(dir, 'step.json'), '--json');
  };
  const step = async (value: object): Promise<Case> => (JSON.parse((await append(value)).out) as [Case])[0];
  const later = (days: number): string => new Date(Date.now() + days * 24 * HOUR).toISOString();
  const notice = { step: 'notice', plant: 'reported-plant', outfall: 'DW001', finding: 'over-limit', by: '李科长', text: '请说明超标原因' };
  const opened = await step({ ...notice, figures: { multiple: row!.over.worst }, replyBy: later(5), settleBy: later(20) });
  expect(opened).toMatchObject({ state: 'noticed', turn: 'plant' });
  const evidence = [{ name: '检修记录.pdf', sha256: createHash('sha256').update('检修').digest('hex') }];
  await step({ step: 'reply', case: opened.id, by: '企业', text: '除氟投药泵故障，已更换', evidence });
  await step({ step: 'verification', case: opened.id, by: '李科长', accepted: true, text: '现场核实' });
  expect(await step({ step: 'closure', case: opened.id, by: '李科长', outcome: 'settled', text: '结案' })).toMatchObject({
    state: 'closed',
    turn: null,
  });
  const late = await append({ step: 'reply', case: opened.id, by: '企业', text: '再说明' });
  expect(late).toMatchObject(refused('cases.step'));
});
