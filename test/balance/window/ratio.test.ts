import { describe, expect, it } from 'vitest';
import { ratioSpans } from '../../../balance/window/ratio.ts';
import { meter, plant } from '../plants.ts';

const at = (text: string) => Date.parse(text);
const window = { fromMs: at('2026-03-01T00:00:00+08:00'), toMs: at('2026-03-04T00:00:00+08:00') };
const spansOf = (ratios: unknown[], id = 'M', over = window) => {
  const fields = { unit: 'kWh', ratios, channels: { power: { kind: 'rate', unit: 'kW' }, pf: { kind: 'concentration', unit: '%' } } };
  const { channels } = plant({ meters: [meter('M', fields)] });
  return ratioSpans(channels.get(id)!, over, 480).map(({ fromMs, toMs, ratio }) => [
    (fromMs - over.fromMs) / 3_600_000,
    (toMs - over.fromMs) / 3_600_000,
    ratio,
  ]);
};

describe('ratios by their days', () => {
  it('is 1 without any', () => expect(spansOf([])).toEqual([[0, 72, 1]]));

  it('multiplies display, transformers and factor', () => {
    expect(spansOf([{ from: '2026-01-01', display: 0.1, ct: '400/5', pt: '10000/100', factor: 2 }])).toEqual([[0, 72, 1600]]);
  });

  it('changes at its date, and the first one also holds before its own', () => {
    const ratios = [
      { from: '2026-03-03T12:00:00+08:00', ct: '600/5' },
      { from: '2026-03-02', ct: '400/5' },
    ];
    expect(spansOf(ratios)).toEqual([
      [0, 60, 80],
      [60, 72, 120],
    ]);
    expect(spansOf(ratios, 'M', { fromMs: at('2026-02-01T00:00:00+08:00'), toMs: at('2026-02-02T00:00:00+08:00') })).toEqual([[0, 24, 80]]);
    expect(spansOf(ratios, 'M', { fromMs: at('2026-04-01T00:00:00+08:00'), toMs: at('2026-04-02T00:00:00+08:00') })).toEqual([
      [0, 24, 120],
    ]);
  });

  it('a further rate takes the transformers, a further ratio of two quantities takes nothing', () => {
    const ratios = [{ from: '2026-01-01', display: 0.1, ct: '400/5' }];
    expect(spansOf(ratios, 'M.power')).toEqual([[0, 72, 80]]);
    expect(spansOf(ratios, 'M.pf')).toEqual([[0, 72, 1]]);
  });

  it.each(['80', '400/0', 'x/5', ''])('refuses the transformer "%s"', (ct) => {
    expect(() => spansOf([{ from: '2026-01-01', ct }])).toThrow(/400\/5/);
  });
});
