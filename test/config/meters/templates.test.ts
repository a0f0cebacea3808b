import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { meterOf } from '../../../cli/templates.ts';
import { decode, type NumberType } from '../../../collector/sources/modbus/decode.ts';
import { lintTemplate } from '../../../config/meters/lint.ts';
import { loadTemplates } from '../../../config/meters/load.ts';
import { checkPlant } from '../../../config/plant/check.ts';
import { meterSchema } from '../../../config/plant/schema.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const all = await loadTemplates();

describe('meter templates', () => {
  it.each(
    all.flatMap((template) => template.examples.map((example) => ({ template, example, name: `${template.id} ${example.channel}` }))),
  )('$name reads as its document says', ({ template, example }) => {
    const { type, order, scale } = template.channels[example.channel]!;
    const decoded = decode(Buffer.from(example.registers.replaceAll(' ', ''), 'hex'), type as NumberType, order);
    expect(decoded! * scale).toBeCloseTo(example.value, 9);
  });

  it.each(all.map((template) => ({ template, name: template.id })))('$name becomes a meter that a plant file may hold', ({ template }) => {
    const meter = meterSchema.parse(meterOf(template, { meter: 'EM1', device: 'bus', unit: 7 }));
    expect(meter).toMatchObject({ id: 'EM1', read: { device: 'bus', unit: 7 } });
    const text = stringify({
      liangheng: 1,
      plant: { id: 'p', name: '厂', jurisdiction: 'none' },
      units: [{ id: 'P', name: '全厂', level: 'plant' }],
      devices: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1' }],
      meters: [meter],
    });
    const { faults } = checkPlant(text, 'plant.yaml', 0);
    expect(faults.map(({ en }) => en)).toEqual([]);
  });

  it('are at least twenty, of every kind of meter that an audit reads, each citing its public register map', () => {
    expect(all.length).toBeGreaterThanOrEqual(20);
    const kinds = new Set(all.map(({ category }) => category));
    for (const kind of ['electricity', 'electromagnetic-flow', 'vortex-flow', 'heat', 'gas', 'weighing', 'water-quality'] as const) {
      expect(kinds).toContain(kind);
    }
    for (const { source } of all) expect(source.urls.length).toBeGreaterThan(0);
  });

  it('are written by the command', () => {
    const args = ['--import', 'tsx', 'cli/main.ts', 'templates', 'arkon-mags1', '--meter', 'EM1', '--device', 'bus', '--unit', '7'];
    const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect(done.status).toBe(0);
    const [meter] = parse(done.stdout) as unknown[];
    expect(meterSchema.parse(meter)).toMatchObject({ id: 'EM1', read: { plus: { address: { pdu: 105 }, scale: 0.001 } } });
  });

  it('are refused with what is wrong with them', () => {
    const [good] = all.filter(({ id }) => id === 'abb-a43');
    const { main, exported } = good!.channels;
    const codes = (broken: object) => lintTemplate({ ...good!, ...broken }, 'x').map(({ code }) => code);
    expect(codes({})).toEqual([]);
    expect(codes({ channels: { exported: exported! }, examples: [] })).toEqual(['template.main']);
    expect(codes({ channels: { main: { ...main!, unit: 'kWhh' } }, examples: [] })).toEqual(['template.unit']);
    expect(codes({ channels: { main: { ...main!, order: 'ABCD' } }, examples: [] })).toEqual(['template.order']);
    expect(codes({ channels: { main: { ...main!, order: undefined } }, examples: [] })).toEqual(['template.order']);
    expect(codes({ channels: { main: { ...main!, pdu: 65_534 } }, examples: [] })).toEqual(['template.address']);
    expect(codes({ channels: { main: main!, exported: { ...exported!, pdu: main!.pdu + 3 } }, examples: [] })).toEqual([
      'template.overlap',
    ]);
    const plus = { pdu: main!.pdu + 2, type: 'uint16' as const, scale: 0.001 };
    expect(
      codes({ channels: { main: { ...main!, type: 'uint32', order: 'ABCD', plus }, x: { ...exported!, pdu: plus.pdu } }, examples: [] }),
    ).toEqual(['template.overlap']);
    expect(codes({ examples: [{ channel: 'main', registers: '0000', value: 0 }] })).toEqual(['template.example']);
  });
});
