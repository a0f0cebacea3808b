import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { watchInbox } from '../../collector/import/inbox.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { samplesAmong } from '../../collector/stores/rows.ts';
import { called } from './called.ts';

let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'import-'));
  writeFileSync(
    join(dir, 'plant.yaml'),
    `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices: [{ id: bus, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }]
meters:
  - { id: FT1, name: 进水表, kind: counter, unit: m3, assetNumber: 'SB-01' }
  - { id: AT1, name: 总磷, kind: concentration, unit: mg/L }
  - { id: LT1, name: 液位, kind: level, unit: m, range: [0, 10], quality: { changePerMinute: 1 } }
  - { id: EM1, name: 电表, kind: counter, unit: kWh, read: { device: bus, unit: 1, table: holding, address: { pdu: 0 }, type: uint32, every: 1h } }
`,
  );
});

async function imported(...args: readonly string[]) {
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const { status, out, err } = await called('import', join(dir, 'plant.yaml'), ...args, '--json');
  vi.unstubAllEnvs();
  const document = (out === '' ? { files: [] } : JSON.parse(out)) as { files: Record<string, unknown>[]; throughCollector?: boolean };
  return { status, stderr: err, ...document };
}

async function records(): Promise<JournalRecord[]> {
  const journal = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
  const list: JournalRecord[] = [];
  for await (const group of journal.groups(0)) list.push(...group.records);
  await journal.close();
  return list;
}
/** As every store has them: the last record of a channel and time counts, a correction is one. */
const samplesAsKept = async (): Promise<Sample[]> => [...samplesAmong(await records())];
const samplesOf = async (): Promise<Sample[]> => (await records()).flatMap((record) => (record.kind === 'sample' ? [record.sample] : []));

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const at = (text: string) => Date.parse(`${text}+08:00`);

describe('import of readings', () => {
  it('takes a wide GBK export by names and ids, keeps the text, and changes nothing the second time', async () => {
    // 时间,进水表(m3),AT1,坏 … with 坏点 and 未检出 in GBK
    const gbk = Buffer.concat([
      Buffer.from('cab1bce4', 'hex'),
      Buffer.from(','),
      Buffer.from('bdf8cbaeb1ed', 'hex'),
      Buffer.from('(m3),AT1\r\n2026-03-01 08:00,"1,000.5",<0.05\r\n2026-03-01 09:00,'),
      Buffer.from('bbb5b5e3', 'hex'),
      Buffer.from(',0.025L\r\n2026-03-01 10:00,1010,'),
      Buffer.from('ceb4bcecb3f6', 'hex'),
      Buffer.from('\r\n'),
    ]);
    const path = file('dcs.csv', gbk);
    const first = await imported(path);
    expect(first).toMatchObject({ status: 0, files: [{ readings: 6, imported: 6, known: 0, below: 3, missing: 2 }] });
    expect(
      (await samplesOf()).map(({ channel, timeMs, value, quality, reason, raw, origin }) => [
        channel,
        timeMs,
        value,
        quality,
        reason,
        raw,
        origin,
      ]),
    ).toEqual([
      ['FT1', at('2026-03-01T08:00:00'), 1000.5, 'good', 'none', '1,000.5', 'import'],
      ['AT1', at('2026-03-01T08:00:00'), 0.05, 'suspect', 'below-detection', '<0.05', 'import'],
      ['FT1', at('2026-03-01T09:00:00'), null, 'missing', 'device-fault', '坏点', 'import'],
      ['AT1', at('2026-03-01T09:00:00'), 0.025, 'suspect', 'below-detection', '0.025L', 'import'],
      ['FT1', at('2026-03-01T10:00:00'), 1010, 'good', 'none', '1010', 'import'],
      ['AT1', at('2026-03-01T10:00:00'), null, 'missing', 'below-detection', '未检出', 'import'],
    ]);
    const before = await records();
    expect(await imported(path)).toMatchObject({ status: 0, files: [{ imported: 0, known: 6 }] });
    expect(await records()).toEqual(before);
  });

  it('asks once what a column is, remembers it, and reads the next file with its columns in another order', async () => {
    const path = file('a.csv', '日期,时间,1#流量计,备用\n2026-03-01,8:00,1,9\n2026-03-01,9:00,2,9\n');
    const asked = await imported(path);
    expect(asked.status).toBe(2);
    expect(asked.stderr).toContain('what channel is "1#流量计"? say --map "1#流量计=CHANNEL"');
    expect(await imported(path, '--map', '1#流量计=FT1', '--skip', '备用')).toMatchObject({ status: 0, files: [{ imported: 2 }] });
    const next = file('b.csv', '备用,1#流量计,日期,时间\n9,2,2026-03-01,9:00\n9,3,2026-03-01,10:00\n');
    expect(await imported(next)).toMatchObject({ status: 0, files: [{ imported: 1, known: 1 }] });
    expect((await samplesOf()).map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  it('takes a long laboratory sheet of .xlsx with a title above, and keeps who and the CMA number', async () => {
    const path = join(dir, 'lab.xlsx');
    const text = (value: string) => ({ value, type: String });
    await writeExcelFile([
      [text('水质检测结果')],
      [text('采样时间'), text('点位'), text('检测结果')],
      [{ value: new Date('2026-03-01T08:00:00Z'), type: Date, format: 'yyyy-mm-dd hh:mm' }, text('总磷'), text('<0.01')],
      [{ value: new Date('2026-03-02T08:00:00Z'), type: Date, format: 'yyyy-mm-dd hh:mm' }, text('总磷'), { value: 0.32, type: Number }],
    ]).toFile(path);
    const done = await imported(path, '--origin', 'laboratory', '--cma', '2026-001', '--by', '李工');
    expect(done).toMatchObject({ status: 0, files: [{ imported: 2, below: 1 }] });
    expect((await samplesOf()).map(({ channel, timeMs, value, origin }) => [channel, timeMs, value, origin])).toEqual([
      ['AT1', at('2026-03-01T08:00:00'), 0.01, 'laboratory'],
      ['AT1', at('2026-03-02T08:00:00'), 0.32, 'laboratory'],
    ]);
    expect((await records()).find((record) => record.kind === 'event')).toMatchObject({
      event: 'laboratory',
      detail: expect.stringMatching(/lab\.xlsx, sha256 [0-9a-f]{64}: .*by 李工; CMA 2026-001$/) as string,
    });
  });

  it('leaves a differing reading alone until a correction is asked for, and corrects once', async () => {
    const head = '时间,FT1\n';
    expect((await imported(file('a.csv', `${head}2026-03-01 08:00,10\n`))).status).toBe(0);
    const changed = file('b.csv', `${head}2026-03-01 08:00,11\n`);
    expect(await imported(changed)).toMatchObject({
      status: 1,
      files: [{ imported: 0, changed: [{ channel: 'FT1', before: 10, after: 11 }] }],
    });
    expect(await imported(changed, '--correct')).toMatchObject({ status: 2 });
    expect((await imported(changed, '--correct', '--by', '王工')).status).toBe(0);
    expect((await records()).filter(({ kind }) => kind === 'correction')).toMatchObject([{ channel: 'FT1', value: 11, by: '王工' }]);
    expect(await imported(changed)).toMatchObject({ status: 0, files: [{ known: 1, changed: [] }] });
  });

  it('corrects a result to what it is now: below a limit, a value where there was a limit, or missing with its reason', async () => {
    const head = '时间,AT1,FT1\n';
    const laboratory = ['--origin', 'laboratory'];
    const rows = (...cells: readonly string[]) => cells.map((cell, hour) => `2026-03-01 0${hour}:00,${cell}\n`).join('');
    await imported(file('a.csv', head + rows('0.32,10', '<0.05,11', '未检出,12')), ...laboratory);
    const again = file('b.csv', head + rows('<0.05,10', '0.05,坏点', '0.02,12'));
    expect(await imported(again, ...laboratory)).toMatchObject({ status: 1, files: [{ imported: 0, known: 2, changed: { length: 4 } }] });
    expect((await imported(again, ...laboratory, '--correct', '--by', '王工')).status).toBe(0);
    const now = new Map((await samplesAsKept()).map((sample) => [`${sample.timeMs} ${sample.channel}`, sample]));
    expect([...now.values()].map(({ channel, value, quality, reason, origin }) => [channel, value, quality, reason, origin])).toEqual([
      ['AT1', 0.05, 'suspect', 'below-detection', 'laboratory'],
      ['FT1', 10, 'good', 'none', 'laboratory'],
      ['AT1', 0.05, 'good', 'none', 'laboratory'],
      ['FT1', null, 'missing', 'device-fault', 'laboratory'],
      ['AT1', 0.02, 'good', 'none', 'laboratory'],
      ['FT1', 12, 'good', 'none', 'laboratory'],
    ]);
    expect((await records()).filter(({ kind }) => kind === 'correction')).toHaveLength(4);
    expect(await imported(again, ...laboratory)).toMatchObject({ status: 0, files: [{ imported: 0, known: 6, changed: [] }] });
  });

  it('names rows without a time, times ahead and readings that contradict each other, and takes the rest', async () => {
    const path = file(
      'a.csv',
      '时间,FT1\n2026-03-01 08:00,1\n合计,99\n2099-01-01 00:00,5\n2026-03-01 08:00,2\n2026-03-01 09:00,abc\n1970-01-02 00:00,7\n',
    );
    const done = await imported(path);
    expect(done.status).toBe(1);
    expect(done.files[0]!.problems).toMatchObject([
      { code: 'import.time', place: `${path}:3:1` },
      { code: 'import.time', place: `${path}:4:1` },
      { code: 'import.contradiction', place: `${path}:5:2` },
      { code: 'import.time', place: `${path}:7:1` },
    ]);
    expect(done.files[0]).toMatchObject({ unreadable: [{ channel: 'FT1', time: '2026-03-01T09:00:00+08:00', raw: 'abc' }] });
    expect((await samplesOf()).map(({ value, reason }) => [value, reason])).toEqual([
      [1, 'none'],
      [null, 'unreadable'],
    ]);
  });

  it('takes no row for headings whose time nobody understands, where the headings stand above', async () => {
    const path = file('a.csv', '日报,\n时间,FT1\n13/1/2026 8:00,1\n2026-13-01 08:00,2\n2026-03-01 08:00,3\n');
    const done = await imported(path);
    expect(done.files[0]!.problems).toMatchObject([
      { code: 'import.time', place: `${path}:3:1` },
      { code: 'import.time', place: `${path}:4:1` },
    ]);
    expect((await samplesOf()).map(({ value }) => value)).toEqual([3]);
  });

  it('goes through the collector that is running: nothing is lost, and the journal has one writer', async () => {
    const path = file('a.csv', '时间,FT1,AT1\n2026-03-01 08:00,1,<0.05\n2026-03-01 09:00,坏点,0.3\n');
    const journal = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
    const stop = await watchInbox(join(dir, 'data/p'), journal, (_file, error) => {
      throw error;
    });
    let reading = true;
    const collecting = (async () => {
      for (let second = 0; reading; second++) {
        const sample = {
          channel: 'EM1',
          timeMs: second * 1000,
          value: second,
          quality: 'good',
          reason: 'none',
          origin: 'device',
          raw: null,
        } as const;
        await journal.append([{ kind: 'sample', sample }]);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const first = await imported(path);
    const second = await imported(path);
    reading = false;
    await collecting;
    await stop();
    await journal.close();
    expect(first).toMatchObject({ throughCollector: true, files: [{ imported: 4, known: 0 }] });
    expect(second).toMatchObject({ throughCollector: true, files: [{ imported: 0, known: 4 }] });
    const samples = await samplesOf();
    expect(samples.filter(({ origin }) => origin === 'import').map(({ channel, value }) => [channel, value])).toEqual([
      ['FT1', 1],
      ['AT1', 0.05],
      ['FT1', null],
      ['AT1', 0.3],
    ]);
    const own = samples.filter(({ channel }) => channel === 'EM1').map(({ value }) => value);
    expect(own).toEqual(own.map((_value, index) => index));
    expect(own.length).toBeGreaterThan(10);
  });

  it('hides no gap of the collector', async () => {
    const path = file('a.csv', '时间,FT1\n2026-03-01 08:00,1\n');
    const journal = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
    const stoppedMs = Date.now() - 3 * 3_600_000;
    await journal.append([{ kind: 'event', timeMs: stoppedMs, source: 'collector', event: 'stopped', detail: '' }]);
    await journal.close();
    expect((await imported(path)).status).toBe(0);
    const missed = (await samplesOf()).filter(({ reason }) => reason === 'collector-stopped');
    expect(missed.map(({ channel }) => channel)).toEqual(['EM1', 'EM1', 'EM1']);
    expect(readFileSync(join(dir, 'data/p/imports/mappings.json'), 'utf8')).toContain('"FT1": "FT1"');
  });

  it('fills what the collector itself missed: that it has nothing of a time is no reading of that time', async () => {
    const journal = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
    const missed = { channel: 'EM1', value: null, quality: 'missing', reason: 'communication', origin: 'device', raw: null } as const;
    await journal.append([
      { kind: 'sample', sample: { ...missed, timeMs: at('2026-03-01T08:00') } },
      { kind: 'event', timeMs: Date.now(), source: 'collector', event: 'stopped', detail: '' },
    ]);
    await journal.close();
    const path = file('past.csv', 'time,EM1\n2026-03-01 08:00,812\n');
    expect(await imported(path)).toMatchObject({ status: 0, files: [{ imported: 1, known: 0, changed: [] }] });
    expect((await samplesOf()).filter(({ value }) => value !== null)).toMatchObject([{ timeMs: at('2026-03-01T08:00'), value: 812 }]);
    expect(await imported(path)).toMatchObject({ status: 0, files: [{ imported: 0, known: 1, changed: [] }] });
  });

  it('holds what a file says against the same checks as what devices say', async () => {
    const rows = ['08:00,5', '08:01,5.5', '08:02,9', '08:03,6', '08:04,99'].map((row) => `2026-03-01 ${row}\n`).join('');
    const path = file('level.csv', `时间,LT1\n${rows}`);
    expect(await imported(path)).toMatchObject({ status: 0, files: [{ imported: 5, doubted: 2 }] });
    expect((await samplesOf()).map(({ value, quality, reason }) => [value, quality, reason])).toEqual([
      [5, 'good', 'none'],
      [5.5, 'good', 'none'],
      [9, 'suspect', 'spike'],
      [6, 'good', 'none'],
      [99, 'suspect', 'out-of-range'],
    ]);
    expect(await imported(path)).toMatchObject({ status: 0, files: [{ imported: 0, known: 5, changed: [] }] });
  });

  it('fills a past from line protocol, once', async () => {
    const path = file('past.lp', 'flow,meter=FT1 value=12.5 1772323200\nflow,meter=FT1 value=13 1772323260\n');
    expect(await imported(path, '--precision', 's')).toMatchObject({ status: 0, files: [{ imported: 2 }] });
    expect(await imported(path, '--precision', 's')).toMatchObject({ status: 0, files: [{ imported: 0, known: 2 }] });
    expect((await samplesOf()).map(({ timeMs, value, origin }) => [timeMs, value, origin])).toEqual([
      [at('2026-03-01T08:00:00'), 12.5, 'import'],
      [at('2026-03-01T08:01:00'), 13, 'import'],
    ]);
  });
});
