import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  differences,
  hashesOf,
  MANIFEST,
  type Manifest,
  type PackFiles,
  PUBLIC_KEY,
  SIGNATURE,
} from '../../balance/report/pack/manifest.ts';
import { sealState } from '../../balance/report/pack/seal.ts';
import type { Results } from '../../balance/report/results.ts';
import { verifyPack } from '../../cli/verify-pack.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { INTAKE, statementText } from '../../collector/sample/intake-statement.ts';
import { writeParquet } from '../../collector/stores/duckdb/table.ts';
import { called } from './called.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const PLANT = `
liangheng: 1
plant: { id: packed, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3, content: { water: 1 } }]
meters:
  - { id: IN, name: 进水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
  - { id: OUT, name: 出水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
points: [{ id: P1-in, name: 取水, kind: water, level: 1, unit: P, meters: [{ meter: IN }] }]
streams:
  - { id: in, name: 进水, from: ENV, to: P, medium: water, amount: { by: meter, meter: IN } }
  - { id: out, name: 出水, from: P, to: ENV, medium: water, amount: { by: meter, meter: OUT } }
balances: [{ id: water, kind: water, unit: m3 }]
`;

function readings(fromHour: number, toHour: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let ms = T0 + fromHour * HOUR; ms < T0 + toHour * HOUR; ms += HOUR / 6) {
    for (const channel of ['IN', 'OUT']) {
      const value = (100 * (ms - T0)) / HOUR;
      records.push({
        kind: 'sample',
        sample: { channel, timeMs: ms, value, quality: 'good', reason: 'none', origin: 'device', raw: null },
      });
    }
  }
  return records;
}

/** What a collector counted in one hour: all of it was journalled. */
const counted = (hour: number): JournalRecord[] => {
  const counts = { polled: 12, journalled: 12, quarantined: 0, returned: 0 };
  const statement = { run: '2026-02-28T16:00:00.000Z', source: 'gw', hourMs: T0 + hour * HOUR, state: 'over', turn: 1, ...counts } as const;
  return [{ kind: 'event', timeMs: T0 + (hour + 1) * HOUR, source: 'gw', event: INTAKE, detail: statementText(statement) }];
};

let dir: string;
let whole: PackFiles;
let publicKey: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-pack-'));
  const keys = generateKeyPairSync('ed25519');
  publicKey = join(dir, 'pub.pem');
  await writeFile(join(dir, 'key.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(dir, 'plant.yaml'), PLANT);
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const log = await openJournal(join(dir, 'data', 'packed', 'journal'), { plant: 'packed' });
  for (let hour = 0; hour < 80; hour += 8) await log.append([...readings(hour, hour + 8), ...counted(hour)]);
  await log.close();
  await report('--out', join(dir, 'out'), '--pack', '--key', join(dir, 'key.pem'));
  // Verifying must not need what the plant's machine has.
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'elsewhere'));
  whole = unzipSync(await readFile(join(dir, 'out', 'evidence.zip')));
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const report = (...args: readonly string[]) => called('report', dir, ...args);

async function found(files: PackFiles, keyFile?: string): Promise<readonly string[]> {
  const path = join(dir, 'tried.zip');
  await writeFile(path, zipSync({ ...files }));
  return (await verifyPack(path, keyFile)).findings.map(({ what, place }) => `${what} ${place}`);
}

/** A pack edited by someone who writes the manifest anew and leaves the signature out. */
function forged(edits: Readonly<Record<string, (text: string) => string>>): PackFiles {
  const { [MANIFEST]: manifest, [SIGNATURE]: _signature, [PUBLIC_KEY]: _key, ...rest } = whole;
  const files: Record<string, Uint8Array> = { ...rest };
  for (const [path, edit] of Object.entries(edits)) {
    const packed = path.endsWith('.gz');
    const text = strFromU8(packed ? gunzipSync(files[path]!) : files[path]!);
    expect(edit(text), path).not.toBe(text);
    files[path] = packed ? gzipSync(strToU8(edit(text))) : strToU8(edit(text));
  }
  const told = JSON.parse(strFromU8(manifest!)) as Manifest;
  return { ...files, [MANIFEST]: strToU8(JSON.stringify({ ...told, files: hashesOf(files) })) };
}

describe('an evidence pack', () => {
  it('proves itself where nobody knows the plant', async () => {
    const told = await verifyPack(join(dir, 'out', 'evidence.zip'), publicKey);
    expect(told).toMatchObject({ plant: 'packed', revision: 1, signature: 'given-key', documentsCompared: true, findings: [] });
    expect(Object.keys(whole).filter((name) => name.startsWith('journal/')).length).toBeGreaterThan(0);
  });

  it('names a file with a changed byte, one that is gone, one that was put in, and a manifest that is not the signed one', async () => {
    const bytes = Uint8Array.from(whole['report.docx']!);
    bytes[bytes.length >> 1]! ^= 1;
    const { 'report.xlsx': _gone, ...rest } = whole;
    const manifest = strToU8(`${strFromU8(whole[MANIFEST]!)} `);
    const told = await found({ ...rest, 'report.docx': bytes, 'more.txt': strToU8('x'), [MANIFEST]: manifest });
    for (const finding of ['changed report.docx', 'removed report.xlsx', 'added more.txt', `signature ${SIGNATURE}`])
      expect(told).toContain(finding);
  });

  it('names the file of any byte that was changed, in every file of it', () => {
    const { [MANIFEST]: manifest, [SIGNATURE]: _signature, [PUBLIC_KEY]: _key, ...content } = whole;
    const told = JSON.parse(strFromU8(manifest!)) as Manifest;
    for (const [path, bytes] of Object.entries(content)) {
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const edited = Uint8Array.from(bytes);
          edited[at]! ^= flip;
          expect(differences(told, { ...whole, [path]: edited })).toEqual([{ what: 'changed', place: path }]);
        }),
        { numRuns: 10 },
      );
    }
  });

  it('tells of any byte of the archive that was changed, those too that belong to no file', async () => {
    const archive = await readFile(join(dir, 'out', 'evidence.zip'));
    expect(sealState(archive)).toBe('whole');
    expect(sealState(zipSync({ ...whole }))).toBe('repacked');
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const edited = Uint8Array.from(archive);
        edited[at]! ^= flip;
        expect(sealState(edited)).toBe('broken');
      }),
    );
    // The date in the head of the first file; a packed byte of the plant file; the middle of the archive; the seal itself.
    const edits = [10, 60, archive.length >> 1, archive.length - 5];
    const editedAt = (at: number) => {
      const edited = Uint8Array.from(archive);
      edited[at]! ^= 0x55;
      return edited;
    };
    expect(edits.map((at) => sealState(editedAt(at)))).toEqual(edits.map(() => 'broken'));
    // The whole of it says so too.
    for (const at of [10, 60]) {
      const edited = editedAt(at);
      const path = join(dir, 'edited.zip');
      await writeFile(path, edited);
      const { findings } = await verifyPack(path, publicKey);
      expect(findings, String(at)).toContainEqual({ what: 'archive', place: 'edited.zip' });
      if (at === 60) expect(findings).toContainEqual({ what: 'changed', place: 'plant.yaml' });
    }
  });

  it('does not believe a manifest that somebody else wrote', async () => {
    const files = forged({});
    expect(await found(files)).toEqual([]);
    expect(await found(files, publicKey)).toEqual([`signature ${SIGNATURE}`]);
  });

  it('recomputes figures, whatever the manifest says: one edited in the results, the page, the workbook or the document is found', async () => {
    const edit = (text: string) => text.replace(/"total": (\d)/, (_, digit: string) => `"total": ${(Number(digit) % 9) + 1}`);
    const edited = forged({ 'results.json': edit, 'report.html': (text) => text.replace('7,200', '7,300') });
    const { [MANIFEST]: manifest, ...rest } = edited;
    const files: Record<string, Uint8Array> = { ...rest };
    const parts = { 'report.xlsx': 'xl/worksheets/sheet3.xml', 'report.docx': 'word/document.xml' } as const;
    for (const [name, part] of Object.entries(parts)) {
      const inner = unzipSync(whole[name]!);
      const text = strFromU8(inner[part]!);
      const changed = text.replace(/7,?200/, (figure) => figure.replace('7', '8'));
      expect(changed, name).not.toBe(text);
      files[name] = zipSync({ ...inner, [part]: strToU8(changed) });
    }
    const told = { ...(JSON.parse(strFromU8(manifest!)) as Manifest), files: hashesOf(files) };
    expect([...(await found({ ...files, [MANIFEST]: strToU8(JSON.stringify(told)) }))].sort()).toEqual([
      'document report.docx: word/document.xml',
      'document report.html',
      'document report.xlsx: xl/worksheets/sheet3.xml',
      'figure results.json: balances.balances[0].streams[0].total',
    ]);
  });

  it('recomputes from the journal what was polled and what of it was journalled', async () => {
    const told = JSON.parse(strFromU8(whole['results.json']!)) as Results;
    expect(told.intake!.total).toEqual({ polled: 108, journalled: 108, quarantined: 0, returned: 0, difference: 0 });
    const hidden = forged({
      'results.json': (text) => text.replace('"polled": 108,', '"polled": 109,').replace('"journalled": 108,', '"journalled": 109,'),
    });
    const findings = await found(hidden);
    expect(findings).toContain('figure results.json: intake.sources[0].polled');
    expect(findings).toContain('figure results.json: intake.sources[0].journalled');
  });

  it('holds the readings as Parquet, and names the channels of a table that is not the journal’s', async () => {
    const path = Object.keys(whole).find((name) => name.startsWith('samples/'))!;
    expect(strFromU8(whole[path]!.subarray(0, 4))).toBe('PAR1');
    const folder = await mkdtemp(join(dir, 'parquet-'));
    await writeParquet(
      join(folder, 'x.parquet'),
      ['channel', 'time', 'value', 'unit', 'quality', 'reason', 'origin'],
      [['IN', '2026-03-01', 1, 'm3', 'good', 'none', 'device']],
    );
    const { [MANIFEST]: manifest, [SIGNATURE]: _signature, [PUBLIC_KEY]: _key, ...rest } = whole;
    const files = { ...rest, [path]: new Uint8Array(await readFile(join(folder, 'x.parquet'))) };
    const forgedManifest = { ...(JSON.parse(strFromU8(manifest!)) as Manifest), files: hashesOf(files) };
    expect(await found({ ...files, [MANIFEST]: strToU8(JSON.stringify(forgedManifest)) })).toEqual([
      'samples samples: IN',
      'samples samples: OUT',
    ]);
  });

  it('binds what the plant keeps back, and proves it when it is shown', async () => {
    const folder = join(dir, 'kept-back');
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    await report('--out', folder, '--pack', '--leave-out', 'samples/', 'report.docx');
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'elsewhere'));
    const pack = join(folder, 'evidence.zip');
    const files = unzipSync(await readFile(pack));
    expect(Object.keys(files).filter((name) => name.startsWith('samples/') || name === 'report.docx')).toEqual([]);
    const blind = await verifyPack(pack);
    expect(blind).toMatchObject({ findings: [], recomputed: true, shown: [] });
    expect(blind.withheld).toContain('report.docx');
    // From its hash alone nobody can guess a file: the salt goes before its bytes.
    const { salts } = JSON.parse(await readFile(join(folder, 'withheld.json'), 'utf8')) as { salts: Record<string, string> };
    const { withheld } = JSON.parse(strFromU8(files[MANIFEST]!)) as Manifest;
    const document = await readFile(join(folder, 'report.docx'));
    const bound = createHash('sha256').update(Buffer.from(salts['report.docx']!, 'hex')).update(document).digest('hex');
    expect(withheld!['report.docx']!.commitment).toBe(bound);
    expect(salts['report.docx']).toMatch(/^[0-9a-f]{64}$/);
    const shown = await verifyPack(pack, undefined, folder);
    expect(shown).toMatchObject({ findings: [], shown: ['report.docx'] });
    await writeFile(join(folder, 'report.docx'), 'another');
    expect((await verifyPack(pack, undefined, folder)).findings).toEqual([{ what: 'commitment', place: 'report.docx' }]);
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    expect((await report('--out', folder, '--pack', '--leave-out', 'plant.yaml')).err).toMatch(/recomputed/);
    expect((await report('--out', folder, '--pack', '--leave-out', 'no-such')).err).toMatch(/no such file/);
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'elsewhere'));
  });

  it('says that nothing was recomputed where the journal is kept back', async () => {
    const folder = join(dir, 'without-journal');
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    await report('--out', folder, '--pack', '--leave-out', 'journal/');
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'elsewhere'));
    expect(await verifyPack(join(folder, 'evidence.zip'))).toMatchObject({ findings: [], recomputed: false, documentsCompared: false });
  });

  it('names a swapped rule, a removed meter, a journal in another order', async () => {
    const rule = forged({ 'rules.json': (text) => text.replace('"must": "focused"', '"must": "simple"') });
    expect(await found(rule)).toEqual(['rule rules.json: yunnan/518-2007/acceptance-class']);
    const meter = forged({ 'plant.yaml': (text) => text.replace('meters: [{ meter: IN }]', 'meters: []') });
    const told = await found(meter);
    expect(told).toContain('meter plant.yaml: IN');
    expect(told.join()).toContain('figure results.json: coverage.cells');
    const struck = forged({ 'plant.yaml': (text) => text.replace(/ {2}- \{ id: OUT, .*\n/, '').replace(/ {2}- \{ id: out, .*\n/, '') });
    expect(await found(struck)).toContain('meter plant.yaml: OUT');
    const torn = forged({ 'plant.yaml': (text) => text.replace(/ {2}- \{ id: OUT, .*\n/, '') });
    expect((await found(torn)).join()).toMatch(/^plant plant\.yaml:\d+:\d+: .*OUT/);
    const path = Object.keys(whole).find((name) => name.startsWith('journal/'))!;
    const swapped = forged({ [path]: (text) => text.replace(/(s\t[^\n]*\n)(s\t[^\n]*\n)/, '$2$1') });
    expect(await found(swapped)).toEqual([`journal ${path}: 1 reordered`]);
  });
});
