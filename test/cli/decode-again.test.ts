import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { keepPlantVersion } from '../../cli/plant-history.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { samplesOf } from '../../collector/stores/rows.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { called, refused } from './called.ts';

/** A flow each minute whose float came low word first, while the plant file said high word first. */
let dir = '';
const MINUTE = 60_000;
const START = Date.parse('2026-03-01T08:00:00+08:00');
const FLOWS = [12.5, 13, 250, 14];

function registers(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return `${bytes.toString('hex', 2)} ${bytes.toString('hex', 0, 2)}`;
}

const wrong = (raw: string): number => Buffer.from(raw.replace(' ', ''), 'hex').readFloatBE();
const reading = (at: number, more: Partial<Sample> = {}): Sample => {
  const raw = registers(FLOWS[at % FLOWS.length]!);
  return {
    channel: 'FT1',
    timeMs: START + at * MINUTE,
    value: wrong(raw),
    quality: 'good',
    reason: 'none',
    origin: 'device',
    raw,
    ...more,
  };
};

const plantFile = (read: string) => `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices: [{ id: bus, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }, { id: mq, protocol: mqtt, url: 'mqtt://127.0.0.1' }]
meters:
  - { id: FT1, name: 进水流量, kind: rate, unit: m3/h, range: [0, 200], read: { device: bus, unit: 1, table: holding, ${read}, every: 60s } }
  - { id: FT2, name: 出水流量, kind: rate, unit: m3/h, read: { device: mq, topic: a, value: $.v } }
`;
const BEFORE = 'address: { pdu: 10 }, type: float32';
const AFTER = 'address: { pdu: 10 }, type: float32, order: CDAB';

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'decode-again-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  writeFileSync(join(dir, 'plant.yaml'), plantFile(BEFORE));
  await keepPlantVersion(await loadPlant(dir), START - MINUTE);
  const own = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
  const readings = [
    reading(0),
    reading(1, { value: null, quality: 'missing', reason: 'garbage' }),
    reading(2),
    reading(3, { quality: 'suspect', reason: 'resynchronised' }),
    reading(4, { value: null, quality: 'missing', reason: 'communication', raw: null }),
    reading(5),
    reading(6),
  ];
  await own.append(readings.map((sample) => ({ kind: 'sample', sample })));
  // A person corrected one, and said of another what was the matter.
  const [by, why] = ['王工', '抄错'];
  await own.append([{ kind: 'correction', timeMs: START, channel: 'FT1', sampleTimeMs: START + 5 * MINUTE, value: 77, by, why }]);
  await own.append([
    { kind: 'sample', sample: reading(6, { quality: 'suspect', reason: 'calibration' }) },
    { kind: 'event', timeMs: START, source: 'import', event: 'marked', detail: '' },
    { kind: 'event', timeMs: Date.now(), source: 'collector', event: 'stopped', detail: '' },
  ]);
  await own.close();
  return () => vi.unstubAllEnvs();
});

async function run(...args: readonly string[]) {
  const from = ['--from', '2026-03-01T08:00:00+08:00', '--to', '2026-03-01T09:00:00+08:00', '--by', '李工', '--json'];
  const done = await called(args[0]!, dir, 'FT1', ...from, ...args.slice(1));
  return { ...done, document: done.out === '' ? null : (JSON.parse(done.out) as Record<string, unknown>) };
}

/** What the stores are told last of each reading. */
async function held(): Promise<[number | null, string][]> {
  const own = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
  const last = new Map<number, Sample>();
  for await (const group of own.groups(0)) for (const sample of samplesOf([group])) last.set(sample.timeMs, sample);
  await own.close();
  const inOrder = [...last.values()].filter(({ timeMs }) => timeMs < START + 60 * MINUTE).sort((a, b) => a.timeMs - b.timeMs);
  return inOrder.map(({ value, quality, reason }) => [value, quality === 'good' ? 'good' : `${quality} ${reason}`]);
}

it('says again what the registers in the journal say by the corrected plant file, once, and leaves what has none', async () => {
  writeFileSync(join(dir, 'plant.yaml'), plantFile(AFTER));
  const before = await held();
  expect(await run('decode-again', '--dry-run')).toMatchObject({
    status: 0,
    document: { read: 5, without: 2, changed: 5, written: false },
  });
  expect(await held()).toEqual(before);
  const first = { channel: 'FT1', time: '2026-03-01T08:00:00+08:00', before: before[0]![0], after: 12.5 };
  expect(await run('decode-again')).toMatchObject({ status: 0, document: { changed: 5, marked: 1, written: true, first } });
  expect(await held()).toEqual([
    [12.5, 'good'],
    [13, 'good'],
    [250, 'suspect out-of-range'],
    [14, 'suspect resynchronised'],
    [null, 'missing communication'],
    [77, 'good'],
    [250, 'suspect calibration'],
  ]);
  expect(await run('decode-again')).toMatchObject({ status: 0, document: { read: 5, changed: 0 } });
  // The mark taken back, the reading is as its registers say.
  await run('mark', '--reason', 'none');
  expect((await held())[6]).toEqual([250, 'suspect out-of-range']);
});

it('takes the registers for those of the addresses in the version that was in force', async () => {
  writeFileSync(join(dir, 'plant.yaml'), plantFile('address: { pdu: 11 }, type: uint16'));
  const done = await run('decode-again');
  expect(done.document).toMatchObject({ read: 5, changed: 5 });
  expect((await held())[0]).toEqual([Number.parseInt(registers(12.5).slice(5), 16), 'suspect out-of-range']);
  // Registers that nobody read then.
  writeFileSync(join(dir, 'plant.yaml'), plantFile('address: { pdu: 12 }, type: float32'));
  expect(await run('decode-again')).toMatchObject({ status: 1, document: { read: 0, without: 7, changed: 0 } });
});

it('refuses what is not read from registers, and a time that ends before it begins', async () => {
  const asked = (...words: string[]) => called('decode-again', dir, ...words, '--by', 'x');
  expect(await asked('FT2', '--from', '2026-03-01')).toMatchObject(refused('decode-again.registers'));
  expect(await asked('FT1', '--from', '2026-03-02', '--to', '2026-03-01')).toMatchObject(refused('decode-again.span'));
  expect(await asked('FT9', '--from', '2026-03-01')).toMatchObject(refused('mark.channel'));
});
