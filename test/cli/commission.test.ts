import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { faceDifference } from '../../config/plant/face.ts';
import { meterSchema } from '../../config/plant/meters.ts';
import { called, refused } from './called.ts';

let dir = '';
const plantFile = () => join(dir, 'plant.yaml');
const PLANT = `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
meters:
  # the meter by the gate
  - id: FT1
    name: 进水表
    kind: counter
    unit: m3
    accuracy: { class: "2", percentOfReading: 2 }
    ratios: [{ from: 2026-01-01, display: 0.1 }]
`;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'commission-'));
  writeFileSync(plantFile(), PLANT);
});

async function run(...args: readonly string[]) {
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const { status, out, err } = await called('commission', plantFile(), ...args, '--json');
  vi.unstubAllEnvs();
  return { status, document: out === '' ? null : (JSON.parse(out) as Record<string, unknown>), code: /\[([\w.-]+)\]$/m.exec(err)?.[1] };
}

describe('commission', () => {
  it('writes who compared what and when, and touches nothing else in the file', async () => {
    const done = await run('FT1', '--face', '100.5', '--reading', '1000', '--by', '王工', '--at', '2026-03-01T08:00:00+08:00');
    expect(done).toMatchObject({ status: 0, document: { displayed: 100, difference: 0.5, agrees: true, written: true } });
    const text = readFileSync(plantFile(), 'utf8');
    expect(text).toContain('commissioned: { by: 王工, at: 2026-03-01T08:00:00+08:00, face: 100.5, reading: 1000 }');
    expect(text.replace(/commissioned: .*\n */, '')).toBe(PLANT);
  });

  it('signs nothing where face and reading are further apart than the meter may err, unless told to', async () => {
    const apart = ['FT1', '--face', '1000', '--reading', '1000', '--by', '王工'];
    expect(await run(...apart)).toMatchObject({ status: 1, document: { difference: 900, permissible: 20, agrees: false, written: false } });
    expect(readFileSync(plantFile(), 'utf8')).toBe(PLANT);
    expect(await run(...apart, '--anyway')).toMatchObject({ status: 0, document: { written: true } });
  });

  it('takes the newest good reading with its time, and none that is not good', async () => {
    const journal = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
    const sample: Sample = {
      channel: 'FT1',
      timeMs: 1_772_323_200_000,
      value: 2000,
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: null,
    };
    await journal.append([{ kind: 'sample', sample }]);
    await journal.close();
    expect(await run('FT1', '--face', '200', '--by', '李')).toMatchObject({
      status: 0,
      document: { reading: 2000, at: '2026-03-01T08:00:00+08:00', difference: 0 },
    });
    const again = await openJournal(join(dir, 'data/p/journal'), { plant: 'p' });
    await again.append([{ kind: 'sample', sample: { ...sample, timeMs: sample.timeMs + 1000, quality: 'suspect', reason: 'frozen' } }]);
    await again.close();
    expect(await run('FT1', '--face', '200', '--by', '李')).toMatchObject({ status: 2, code: 'commission.no-reading' });
  });

  it.each([
    [['FT9', '--face', '1', '--by', 'x', '--reading', '1'], 'commission.meter'],
    [['FT1', '--face', 'full', '--by', 'x', '--reading', '1'], 'commission.number'],
    [['FT1', '--face', '1', '--by', ' ', '--reading', '1'], 'by.empty'],
  ])('%j is refused', async (args, code) => {
    expect(await run(...args)).toMatchObject({ status: 2, code });
  });
});

it('face and reading agree exactly within the permissible error and one step', () => {
  const at = Date.UTC(2026, 2, 1);
  const meter = (accuracy?: object) =>
    meterSchema.parse({
      id: 'm',
      name: 'm',
      kind: 'rate',
      unit: 'm3/h',
      range: [0, 200],
      resolution: 0.5,
      ...(accuracy ? { accuracy } : {}),
    });
  fc.assert(
    fc.property(fc.double({ min: 1, max: 200, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }), (reading, difference) => {
      const found = faceDifference(meter({ class: '1', percentOfSpan: 1 }), reading + difference, reading, at, 480);
      expect(found.permissible).toBe(2.5);
      if (Math.abs(Math.abs(difference) - 2.5) > 1e-9) expect(found.agrees).toBe(Math.abs(difference) < 2.5);
    }),
  );
  expect(faceDifference(meter({ class: '0.3', absolute: 0.3 }), 10.8, 10, at, 480)).toMatchObject({ permissible: 0.8, agrees: false });
  expect(faceDifference(meter(), 10, 10, at, 480)).toMatchObject({ permissible: null, agrees: null });
});

it('scan refuses units that run backwards', async () => {
  writeFileSync(plantFile(), `${PLANT}devices: [{ id: GW, protocol: modbus-tcp, host: 127.0.0.1 }]\n`);
  expect(await called('scan', plantFile(), 'GW', '--from', '3', '--to', '1')).toEqual(refused('scan.units'));
});
