import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExpression } from '../../../balance/network/expression.ts';
import type { Problem } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { steamEnthalpy } from '../../../config/measures/steam/steam-enthalpy.ts';
import { wetSteamEnthalpy } from '../../../config/measures/steam/wet-steam.ts';

const quantity = (id: string, measured: number | null, sigma: number | null, more: object = {}) => ({
  id,
  from: null,
  to: null,
  measured,
  sigma,
  ...more,
});

/** Two feeds mixed, treated and split, with a pollutant in every stream: bilinear. */
function plant(noise: readonly number[], unmeasured: readonly string[] = []): Problem {
  const truth: Readonly<Record<string, number>> = { F1: 120, F2: 80, F3: 200, F4: 150, F5: 50, c1: 300, c2: 90, c3: 216, c4: 30, c5: 774 };
  return {
    kind: 'equations',
    streams: Object.entries(truth).map(([id, value], k) =>
      unmeasured.includes(id) ? quantity(id, null, null) : quantity(id, value * (1 + 0.02 * noise[k]!), 0.02 * value),
    ),
    equations: ['F1 + F2 - F3', 'F1*c1 + F2*c2 - F3*c3', 'F3 - F4 - F5', 'F3*c3 - F4*c4 - F5*c5'],
  };
}
const noises = fc.array(fc.double({ min: -2.5, max: 2.5, noNaN: true }), { minLength: 10, maxLength: 10 });

describe('bilinear pollutant balances', () => {
  test('every equation closes to 1e-9 of its largest term, in a few iterations', () => {
    fc.assert(
      fc.property(noises, fc.subarray(['F5', 'c5', 'c3', 'F2']), (noise, unmeasured) => {
        const result = reconcile({ ...plant(noise, unmeasured), options: { identify: false } });
        const v = Object.fromEntries(result.streams.map(({ id, reconciled }) => [id, reconciled]));
        if (Object.values(v).some((value) => value === null)) return;
        const { F1, F2, F3, F4, F5, c1, c2, c3, c4, c5 } = v as Record<string, number>;
        const sums = [
          [F1!, F2!, -F3!],
          [F1! * c1!, F2! * c2!, -F3! * c3!],
          [F3!, -F4!, -F5!],
          [F3! * c3!, -F4! * c4!, -F5! * c5!],
        ];
        for (const terms of sums) {
          const sum = terms.reduce((total, term) => total + term, 0);
          expect(Math.abs(sum)).toBeLessThanOrEqual(1e-9 * Math.max(...terms.map(Math.abs)));
        }
        expect(result.iterations).toBeLessThanOrEqual(12);
      }),
      { numRuns: 200 },
    );
  });

  test('the solution is stationary: V⁻¹·(x − y) lies in the row space of the Jacobian', () => {
    fc.assert(
      fc.property(noises, (noise) => {
        const problem = plant(noise);
        const { streams } = reconcile({ ...problem, options: { identify: false } });
        const x = streams.map(({ reconciled }) => reconciled!);
        const [f1, f2, f3, f4, f5, c1, c2, c3, c4, c5] = x as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const jacobian = [
          [1, 1, -1, 0, 0, 0, 0, 0, 0, 0],
          [c1, c2, -c3, 0, 0, f1, f2, -f3, 0, 0],
          [0, 0, 1, -1, -1, 0, 0, 0, 0, 0],
          [0, 0, c3, -c4, -c5, 0, 0, f3, -f4, -f5],
        ];
        // in σ: remove from e = (x − y)/σ its part along the rows, by Gram–Schmidt; nothing may remain
        const sigma = problem.streams.map((s) => s.sigma!);
        const rest = x.map((value, k) => (value - problem.streams[k]!.measured!) / sigma[k]!);
        const length = Math.hypot(...rest);
        const basis: number[][] = [];
        for (const row of jacobian) {
          const scaled = row.map((value, k) => value * sigma[k]!);
          for (const b of basis) {
            const share = scaled.reduce((sum, value, k) => sum + value * b[k]!, 0);
            scaled.forEach((_, k) => {
              scaled[k]! -= share * b[k]!;
            });
          }
          const size = Math.hypot(...scaled);
          basis.push(scaled.map((value) => value / size));
        }
        for (const b of basis) {
          const share = rest.reduce((sum, value, k) => sum + value * b[k]!, 0);
          rest.forEach((_, k) => {
            rest[k]! -= share * b[k]!;
          });
        }
        expect(Math.hypot(...rest)).toBeLessThanOrEqual(1e-6 * (1 + length));
      }),
      { numRuns: 200 },
    );
  });

  test('units of any equation do not matter, nor do those of a quantity', () => {
    const noise = [1, -1, 0.5, 0.3, -2, 1.2, -0.4, 0.8, 2, -1.5];
    const base = plant(noise);
    const one = reconcile(base);
    const scaled = reconcile({
      ...base,
      streams: base.streams.map((s) => (s.id.startsWith('c') ? { ...s, measured: s.measured! * 1e-6, sigma: s.sigma! * 1e-6 } : s)),
      equations: base.equations!.map((text, k) => `(${text})*${10 ** (3 * k - 4)}`),
    });
    expect(scaled.global.statistic).toBeCloseTo(one.global.statistic, 7);
    scaled.streams.forEach((s, k) => {
      const unit = s.id.startsWith('c') ? 1e6 : 1;
      expect((s.reconciled! * unit) / one.streams[k]!.reconciled!).toBeCloseTo(1, 9);
      expect((s.sigma! * unit) / one.streams[k]!.sigma!).toBeCloseTo(1, 7);
    });
  });

  test('a concentration that is not analysed is the load over the flow, with its uncertainty', () => {
    const result = reconcile(plant(new Array<number>(10).fill(0), ['c5']));
    const c5 = result.streams[9]!;
    expect(c5.class).toBe('observable');
    expect(c5.reconciled!).toBeCloseTo(774, 6);
    expect(c5.sigma! / 774).toBeGreaterThan(0.02);
    expect(result.global.dof).toBe(3);
  });

  test('σ of the reconciled values is what repeated noise shows', () => {
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const gauss = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const runs = 1500;
    const stated = reconcile({ ...plant(new Array<number>(10).fill(0)), options: { identify: false } }).streams;
    const squares = new Float64Array(10);
    for (let run = 0; run < runs; run++) {
      const { streams } = reconcile({ ...plant(Array.from({ length: 10 }, gauss)), options: { identify: false } });
      streams.forEach((s, k) => {
        squares[k]! += (s.reconciled! - stated[k]!.reconciled!) ** 2;
      });
    }
    squares.forEach((sum, k) => {
      expect.soft(Math.sqrt(sum / runs) / stated[k]!.sigma!, stated[k]!.id).toBeGreaterThan(0.92);
      expect.soft(Math.sqrt(sum / runs) / stated[k]!.sigma!, stated[k]!.id).toBeLessThan(1.08);
    });
  });
});

describe('energy, splitters, conversions', () => {
  test('an exchanger: heat capacities as polynomials, the outlet temperature unmeasured', () => {
    const result = reconcile({
      kind: 'equations',
      streams: [
        quantity('m', 10, 0.1),
        quantity('n', 8, 0.1),
        quantity('T1', 90, 0.5),
        quantity('T2', 60, 0.5),
        quantity('t1', 20, 0.5),
        quantity('t2', null, null),
      ],
      equations: ['m*(4.2*(T1 - T2) + k*(T1^2 - T2^2)) - n*(4.2*(t2 - t1) + k*(t2^2 - t1^2))'],
      parameters: { k: 1e-4 },
    });
    const t2 = result.streams[5]!;
    expect(t2.class).toBe('observable');
    // by hand: 10·(126 + 0.45) = 8·(4.2·x + 1e-4·((20 + x)² − 400)), x = 37.5035…
    const x = t2.reconciled! - 20;
    expect(8 * (4.2 * x + 1e-4 * ((20 + x) ** 2 - 400))).toBeCloseTo(1264.5, 6);
    expect(t2.sigma!).toBeGreaterThan(0.5);
  });

  test('a splitter: its branches have one composition, so one analysis checks the other', () => {
    const result = reconcile({
      kind: 'equations',
      streams: [quantity('c1', 1, 0.1), quantity('c2', 1.3, 0.1), quantity('c3', null, null)],
      equations: ['c1 - c2', 'c2 - c3'],
    });
    expect(result.streams.map(({ reconciled }) => reconciled)).toEqual([1.15, 1.15, 1.15].map((value) => expect.closeTo(value, 12)));
    expect(result.groups).toEqual([['c1', 'c2']]);
  });

  test('an unmeasured product with a free factor stays undetermined, its load does not', () => {
    const result = reconcile({
      kind: 'equations',
      streams: [quantity('F', 5, 0.1), quantity('c', null, null), quantity('G', null, null), quantity('load', null, null)],
      equations: ['load - F*3', 'load - c*G'],
    });
    expect(result.streams.map((s) => s.class)).toEqual(['nonredundant', 'unobservable', 'unobservable', 'observable']);
    expect(result.streams[3]!.reconciled!).toBeCloseTo(15, 9);
    expect(result.streams[1]!.reconciled).toBeNull();
  });

  test('a bound on an unmeasured quantity holds through the equations', () => {
    const problem: Problem = {
      kind: 'equations',
      streams: [quantity('a', 3, 1), quantity('b', 5, 1), quantity('loss', null, null, { min: 0 })],
      equations: ['a - b - loss'],
    };
    const result = reconcile(problem);
    expect(result.streams.map(({ reconciled }) => reconciled)).toEqual([4, 4, 0].map((value) => expect.closeTo(value, 9)));
    expect(result.global.statistic).toBeCloseTo(2, 9);
  });
});

describe('an equation that does not hold', () => {
  const flows = { F1: 120, F2: 80, F3: 200, F4: 150, F5: 50, F6: 150, F7: 50 };
  /** Mixed, split, each branch metered twice; `loss` leaves between the mixer and the splitter. */
  const lossy = (loss: number): Problem => ({
    kind: 'equations',
    streams: Object.entries(flows).map(([id, value]) =>
      quantity(id, ['F1', 'F2', 'F3'].includes(id) ? value : value - (loss * value) / 200, 0.2),
    ),
    equations: ['F1 + F2 - F3', 'F3 - F4 - F5', 'F4 - F6', 'F5 - F7'],
  });

  test('is named as a leak there, with its size, told from every bias', () => {
    const { suspects } = reconcile(lossy(12));
    expect(suspects[0]).toMatchObject({ kind: 'leak', ids: ['equations[1]'], step: 1 });
    expect(suspects[0]!.magnitude).toBeCloseTo(12, 6);
    expect(suspects.filter(({ step }) => step === 1)).toHaveLength(1);
    expect(suspects[0]!.alternatives!.every(({ rejected }) => rejected)).toBe(true);
  });

  test('equals the leak of the same network', () => {
    const ends = { F1: ['ENV', 'N'], F2: ['ENV', 'N'], F3: ['N', 'M'], F4: ['M', 'A'], F5: ['M', 'B'], F6: ['A', 'ENV'], F7: ['B', 'ENV'] };
    const network = reconcile({
      kind: 'linear-network',
      streams: lossy(12).streams.map((s) => ({ ...s, from: ends[s.id as keyof typeof ends][0]!, to: ends[s.id as keyof typeof ends][1]! })),
    });
    const equations = reconcile(lossy(12));
    expect(equations.suspects[0]!.statistic).toBeCloseTo(network.suspects[0]!.statistic, 6);
    expect(equations.suspects[0]!.magnitudeSigma!).toBeCloseTo(network.suspects[0]!.magnitudeSigma!, 9);
    expect(network.suspects[0]!.ids).toEqual(['M']);
  });

  test('is nobody alone where equations follow from each other', () => {
    const problem = lossy(12);
    const { suspects } = reconcile({ ...problem, equations: [...problem.equations!, 'F1 + F2 - F4 - F5'] });
    expect(suspects.every(({ kind }) => kind === 'bias')).toBe(true);
  });
});

describe('heat of steam inside equations (IAPWS-IF97)', () => {
  const truth = { D: 40, p: 3.82, t: 450, W: 41, tw: 104, Q: 0 };
  /** A boiler: steam out, feed water in, blowdown at saturation, heat taken up. */
  const boiler = (noise: readonly number[], unmeasured: readonly string[] = []): Problem => {
    const heat = 40 * 3331.2 - 41 * 438.9 + 1 * 1078.5; // MJ/h, near enough: the equations find the rest
    const values = { ...truth, Q: heat / 1000 };
    return {
      kind: 'equations',
      streams: Object.entries(values).map(([id, value], k) =>
        unmeasured.includes(id)
          ? quantity(id, null, null, { initial: value * 0.9 })
          : quantity(id, value * (1 + 0.005 * noise[k]!), 0.005 * value),
      ),
      equations: ['D*steam_h(p, t) - W*water_h(p + 0.8, tw) + (W - D)*wet_h(p, 0) - 1000*Q'],
    };
  };

  test('the equation holds, and the gradient is the one that differences show', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 }), (noise) => {
        const { streams } = reconcile({ ...boiler(noise), options: { identify: false } });
        const [D, p, t, W, tw, Q] = streams.map(({ reconciled }) => reconciled!) as [number, number, number, number, number, number];
        const left = D * steamEnthalpy(p, t + 273.15) - W * steamEnthalpy(p + 0.8, tw + 273.15) + (W - D) * wetSteamEnthalpy(p, 0);
        expect(left / (1000 * Q)).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
    const names = new Map(['D', 'p', 't', 'W', 'tw', 'Q'].map((id, k) => [id, k]));
    const { value, gradient } = readExpression('D*steam_h(p, t)/W^2 - wet_h(p*2, Q) + t_sat(p)*water_h(p, tw - 3)', names, {});
    const at = Float64Array.from([40, 3.8, 450, 41, 104, 0.9]);
    expect(gradient.map(({ quantity: q }) => q)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { quantity: q, slope } of gradient) {
      const [up, down] = [at.slice(), at.slice()];
      up[q]! *= 1 + 1e-5;
      down[q]! *= 1 - 1e-5;
      expect(slope(at) / ((value(up) - value(down)) / (up[q]! - down[q]!))).toBeCloseTo(1, 6);
    }
  });

  test('an unmeasured temperature is found through the steam table', () => {
    const { streams } = reconcile(boiler([0, 0, 0, 0, 0, 0], ['t']));
    expect(streams[2]!.class).toBe('observable');
    expect(streams[2]!.reconciled!).toBeGreaterThan(420);
    expect(streams[2]!.reconciled!).toBeLessThan(480);
  });

  test('a state that is no steam, a wrong number of arguments and an unknown function are told in words', () => {
    const at = (measured: number, equation: string) => () =>
      reconcile({ kind: 'equations', streams: [quantity('t', measured, 1), quantity('h', 3000, 10)], equations: [equation] });
    expect(at(100, 'h - steam_h(4, t)')).toThrow(/equations\[0\].*measured values/);
    expect(at(400, 'h - steam_h(t)')).toThrow(/steam_h\(p, t\)/);
    expect(at(400, 'h - entropy(4, t)')).toThrow(/unknown quantity entropy/);
    expect(at(400, 'h - 2 t (4)')).toThrow(/operator|incomplete/);
  });
});
