import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { watchInbox } from '../../collector/import/inbox.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { samplesOf } from '../../collector/stores/rows.ts';
import { called, refused } from './called.ts';

let dir = '';
const MINUTE = 60_000;
const START = Date.parse('2026-03-01T08:00:00+08:00');

/** A flow each minute of an hour; every tenth was missed, the 25th was out of range, the 31st is corrected by hand. */
const reading = (at: number): Sample => ({
  channel: 'FT1',
  timeMs: START + at * MINUTE,
  value: at % 10 === 9 ? null : at,
  quality: at % 10 === 9 ? 'missing' : at === 25 ? 'suspect' : 'good',
  reason: at % 10 === 9 ? 'communication' : at === 25 ? 'out-of-range' : 'none',
  origin: 'device',
  raw: at % 10 === 9 ? null : '0001',
});

async function journal(): Promise<Awaited<ReturnType<typeof openJournal>>> {
  return openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mark-'));
  const read = '{ device: bus, unit: 1, table: holding, address: { pdu: 0 }, type: uint16, every: 60s }';
  writeFileSync(
    join(dir, 'plant.yaml'),
    `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices: [{ id: bus, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }]
meters: [{ id: FT1, name: 进水流量, kind: rate, unit: m3/h, read: ${read} }, { id: FT2, name: 出水流量, kind: rate, unit: m3/h }]
`,
  );
  const own = await journal();
  await own.append(Array.from({ length: 60 }, (_, at) => ({ kind: 'sample', sample: reading(at) })));
  await own.append([{ ...reading(30), channel: 'FT2' }].map((sample) => ({ kind: 'sample', sample })));
  await own.append([
    {
      kind: 'correction',
      timeMs: START + 70 * MINUTE,
      channel: 'FT1',
      sampleTimeMs: START + 31 * MINUTE,
      value: 5,
      by: '王工',
      why: '抄错',
    },
    // What follows is not a reading that was missed until now.
    { kind: 'event', timeMs: Date.now(), source: 'collector', event: 'stopped', detail: '' },
  ]);
  await own.close();
});

async function marked(...args: readonly string[]) {
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const found = await called('mark', join(dir, 'plant.yaml'), ...args);
  vi.unstubAllEnvs();
  return found;
}

/** What counts of FT1 in the hour, by minute, and everything that was recorded. */
async function held(): Promise<{ now: Map<number, Sample>; records: JournalRecord[] }> {
  const own = await journal();
  const now = new Map<number, Sample>();
  const records: JournalRecord[] = [];
  for await (const group of own.groups(0)) {
    records.push(...group.records);
    for (const sample of samplesOf([group])) {
      if (sample.channel === 'FT1' && sample.timeMs < START + 60 * MINUTE) now.set((sample.timeMs - START) / MINUTE, sample);
    }
  }
  await own.close();
  return { now, records };
}

const SPAN = ['--from', '2026-03-01T08:20:00+08:00', '--to', '2026-03-01T08:40:00+08:00', '--by', '李工'];

describe('a mark', () => {
  it('gives the readings of a time their reason and keeps their values; it can be taken back', async () => {
    const { status, out } = await marked('FT1', ...SPAN, '--reason', 'calibration', '--why', '校准记录 12', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ channels: ['FT1'], reason: 'calibration', marked: 20, missing: 2, by: '李工', written: true });
    const { now, records } = await held();
    for (let at = 0; at < 60; at++) {
      const before = reading(at);
      if (at < 20 || at >= 40) expect(now.get(at)).toEqual(before);
      else if (before.quality === 'missing') expect(now.get(at)).toEqual({ ...before, reason: 'calibration' });
      else expect(now.get(at)).toMatchObject({ value: at === 31 ? 5 : at, quality: 'suspect', reason: 'calibration' });
    }
    // The records of before stand where they stood.
    expect(records.slice(0, 60)).toEqual(Array.from({ length: 60 }, (_, at) => ({ kind: 'sample', sample: reading(at) })));
    expect(records.at(-1)).toMatchObject({ event: 'marked', detail: '20 readings: calibration; by 李工; 校准记录 12' });

    expect(JSON.parse((await marked('FT1', ...SPAN, '--reason', 'calibration', '--json')).out)).toMatchObject({ marked: 0 });
    await marked('FT1', ...SPAN, '--reason', 'maintenance');
    await marked('FT1', ...SPAN, '--reason', 'none');
    for (const [at, sample] of (await held()).now) {
      if (at === 31) expect(sample).toMatchObject({ value: 5, quality: 'good' });
      else expect(sample).toEqual(reading(at));
    }
  });

  it.each([
    ['power-cut', []],
    ['plant-stopped', ['--missing-only']],
  ])('%s %s concerns what is missing', async (reason, more) => {
    await marked('FT1', ...SPAN, '--reason', reason, ...more);
    const { now } = await held();
    for (const [at, sample] of now) {
      const before = reading(at);
      const inside = at >= 20 && at < 40 && before.quality === 'missing';
      if (at !== 31) expect(sample).toEqual(inside ? { ...before, reason } : before);
    }
  });

  it('goes through the collector while one runs, and writes nothing where it is only tried', async () => {
    const dry = await marked('FT1', ...SPAN, '--reason', 'maintenance', '--dry-run');
    expect(dry.err).toContain('20 readings would change (maintenance), 2 of them missing');
    expect((await held()).records.some((one) => one.kind === 'event' && one.event === 'marked')).toBe(false);
    const own = await journal();
    const stop = await watchInbox(join(dir, 'data/p'), own, (_, error) => expect(error).toBeNull());
    const { out } = await marked('FT1', ...SPAN, '--reason', 'maintenance', '--json');
    await stop();
    await own.close();
    expect(JSON.parse(out)).toMatchObject({ marked: 20, throughCollector: true });
    expect((await held()).now.get(21)).toMatchObject({ value: 21, quality: 'suspect', reason: 'maintenance' });
  });

  it('is refused for a channel that does not exist, a time that ends before it begins, and a reason that is none', async () => {
    expect(await marked('FT9', ...SPAN, '--reason', 'maintenance')).toEqual(refused('mark.channel'));
    const turned = ['--from', '2026-03-02', '--to', '2026-03-01', '--by', '李工'];
    expect(await marked('FT1', ...turned, '--reason', 'maintenance')).toEqual(refused('mark.span'));
    expect((await marked('FT1', ...SPAN, '--reason', 'spike')).status).toBe(2);
  });
});
