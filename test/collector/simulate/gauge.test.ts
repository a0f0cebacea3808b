import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountAt } from '../../../balance/window/tank.ts';
import { gaugeOf } from '../../../collector/simulate/gauge.ts';
import { meter, plant } from '../../balance/plants.ts';

const strapping = { unit: 'm3', points: [[0, 0], [2, 4], [8, 64]], uPercent: 0.5, source: '容积检定证书' }; // biome-ignore format: a table
const plantOf = (unit: string, gaugeUnit: string, more: object) =>
  plant({
    media: [{ id: 'acid', name: '酸', unit, content: {} }],
    balances: [{ id: 'acid', kind: 'material', unit: 't' }],
    meters: [meter('L', { kind: 'level', unit: gaugeUnit, range: [0, 10], accuracy: { class: '0.02', absolute: 0.02 } })],
    streams: [],
    stocks: [{ id: 'T', name: '酸罐', unit: 'P', medium: 'acid', meter: 'L', ...more }],
  });

test('a tank reads what its strapping table says, at its true density', () => {
  const made = plantOf('t', 'm', { strapping, perUnit: { value: 1.5, u: 0.01, basis: 'analysed' } });
  const stock = made.stocks.get('T')!;
  const gauge = gaugeOf(made, stock, 1.52);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 8, noNaN: true }), (reading) => {
      expect(gauge.amountAt(reading)).toBeCloseTo(1.52 * amountAt(stock.strapping!, reading)!.amount, 9);
      expect(gauge.readingAt(gauge.amountAt(reading))).toBeCloseTo(reading, 9);
    }),
  );
  expect(gauge.readingAt(1.52 * 34)).toBeCloseTo(5, 9);
});

test('a gauge in another unit of the same kind is converted', () => {
  const made = plantOf('t', 'kg', {});
  const gauge = gaugeOf(made, made.stocks.get('T')!, 1);
  expect(gauge.amountAt(2500)).toBeCloseTo(2.5, 12);
  expect(gauge.readingAt(2.5)).toBeCloseTo(2500, 9);
});
