import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamAmounts } from '../../../balance/media/amounts.ts';
import { covariance, quantity, standardUncertainty } from '../../../balance/window/quantity.ts';
import { readFormula } from '../../../config/plant/formula.ts';
import { Fault } from '../../../config/words/fault.ts';
import { plant } from '../plants.ts';

const window = { fromMs: 0, toMs: 72 * 3_600_000 };
const stream = (id: string, amount: object, medium = 'solid') => ({ id, name: id, from: 'ENV', to: 'P', medium, amount });
const weighed = (id: string, value: number, u: number) => stream(id, { by: 'analysis', value, unit: 't', u, sample: 's' });

const amountsOf = (formula: string, more: object = {}, others: readonly object[] = []) => {
  const made = plant({
    media: [
      { id: 'solid', name: '固体', unit: 't' },
      { id: 'powder', name: '粉', unit: 'kg' },
    ],
    streams: [
      weighed('feed-1', 100, 2),
      weighed('waste', 20, 1),
      stream('lost', { by: 'unmeasured' }),
      stream('made', { by: 'formula', formula, of: { a: 'feed-1', b: 'waste' }, unit: 't', ...more }, 'powder'),
      ...others,
    ],
  });
  return streamAmounts(made, window, () => {
    throw new Error('no meter here');
  });
};
const made = (...args: Parameters<typeof amountsOf>) => amountsOf(...args).get('made')!;

describe('a stream by a formula over others', () => {
  it('has the value in the unit of its medium and the uncertainty of the GUM, worked by hand', () => {
    const { amount, basis } = made('(a - b) * y', { with: { y: { value: 0.9, u: 0.01 } } });
    expect(basis).toBe('derived');
    expect(amount!.value).toBeCloseTo(72_000, 6);
    // t: 0.9·2, 0.9·1, 80·0.01
    expect(standardUncertainty(amount!)).toBeCloseTo(1000 * Math.hypot(1.8, 0.9, 0.8), 6);
  });

  it('takes a ratio and a power with their derivatives', () => {
    expect(standardUncertainty(made('a / b').amount!)).toBeCloseTo(1000 * 5 * Math.hypot(0.02, 0.05), 6);
    expect(standardUncertainty(made('b^2 + 0*a').amount!)).toBeCloseTo(1000 * 40, 6);
  });

  it('multiplies after a number that ends in a point', () => {
    expect(made('2.*(a - b)').amount!.value).toBeCloseTo(160_000, 6);
  });

  it('keeps what it shares with its sources', () => {
    const amounts = amountsOf('a - b');
    expect(covariance(amounts.get('made')!.amount!, amounts.get('feed-1')!.amount!)).toBeCloseTo(1000 * 4, 6);
    const none = amountsOf('a + b - c', { of: { a: 'feed-1', b: 'waste', c: 'twin' } }, [
      stream('twin', { by: 'formula', formula: 'a + b', of: { a: 'feed-1', b: 'waste' }, unit: 't' }),
    ]);
    expect(none.get('made')!.amount).toEqual(quantity(0));
  });

  it('is unknown with one of its streams, and says where it has no value', () => {
    const unknown = made('a - b', { of: { a: 'feed-1', b: 'lost' } });
    expect(unknown.amount).toBeNull();
    expect(unknown.notes.join()).not.toContain('has no value');
    const divided = made('a / (b - b)');
    expect(divided.amount).toBeNull();
    expect(divided.notes.join()).toContain('has no value');
  });

  it('is refused in words where the text is none, also without the check of the plant file', () => {
    const refused = (() => {
      try {
        return made('a +');
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(Fault);
    expect((refused as Fault).code).toBe('stream.formula');
  });
});

describe('the reader of formulas in the plant file', () => {
  const tree = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'b', '2', '0.5', '1e3'),
      fc.tuple(tie('text'), fc.constantFrom('+', '-', '*', '/', '^'), tie('text')).map(([x, sign, y]) => `${x} ${sign} ${y}`),
      tie('text').map((x) => `(${x})`),
      tie('text').map((x) => `-${x}`),
    ),
  }));

  it('accepts only what the parser computes', () => {
    fc.assert(
      fc.property(tree.text, fc.nat(), fc.constantFrom('', '(', ')', '*', 'a', ' 3'), (text, at, damage) => {
        const place = at % (text.length + 1);
        const damaged = text.slice(0, place) + damage + text.slice(place);
        if (damage === '') expect(readFormula(damaged).brokenAt).toBeNull();
        const named = readFormula(damaged).names.every((name) => name === 'a' || name === 'b');
        if (readFormula(damaged).brokenAt === null && named) expect(() => made(damaged)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
