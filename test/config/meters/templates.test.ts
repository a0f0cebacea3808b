import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decode } from '../../../collector/sources/modbus/decode.ts';
import { lintTemplate } from '../../../config/meters/lint.ts';
import { loadTemplates } from '../../../config/meters/load.ts';
import { meterSchema } from '../../../config/plant/schema.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const all = await loadTemplates();

describe('meter templates', () => {
  it.each(
    all.flatMap((template) => template.examples.map((example) => ({ template, example, name: `${template.id} ${example.channel}` }))),
  )('$name reads as its document says', ({ template, example }) => {
    const { type, order, scale } = template.channels[example.channel]!;
    const decoded = decode(Buffer.from(example.registers.replaceAll(' ', ''), 'hex'), type, order);
    expect(decoded! * scale).toBeCloseTo(example.value, 9);
  });

  it.each(all.map(({ id }) => id))(
    '%s becomes a meter of a plant file',
    (id) => {
      const args = ['--import', 'tsx', 'cli/main.ts', 'templates', id, '--meter', 'EM1', '--device', 'bus', '--unit', '7'];
      const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
      expect(done.status).toBe(0);
      const [meter] = parse(done.stdout) as unknown[];
      expect(meterSchema.parse(meter)).toMatchObject({ id: 'EM1', read: { device: 'bus', unit: 7 } });
    },
    30_000,
  );

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
    expect(codes({ examples: [{ channel: 'main', registers: '0000', value: 0 }] })).toEqual(['template.example']);
  });
});
