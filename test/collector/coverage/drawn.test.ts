import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { loadPlant, parsePlant } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { loadRules } from '../../../config/rules/load.ts';

const AT = Date.parse('2025-06-15T12:00:00+08:00');
const rules = await loadRules();

interface Point {
  id: string;
  kind: 'steam' | 'water' | 'liquid-material';
  level: 1 | 2 | 3;
  unit: string;
  meter: number | null;
  streams: string[];
  exempt: boolean;
}

const UNITS = [
  { id: 'P', name: 'P', level: 'plant' },
  { id: 'A', name: 'A', level: 'workshop', parent: 'P' },
  { id: 'B', name: 'B', level: 'workshop', parent: 'P' },
  { id: 'A1', name: 'A1', level: 'equipment', parent: 'A' },
  { id: 'B1', name: 'B1', level: 'equipment', parent: 'B', load: [{ kind: 'water', value: 2, unit: 'm3/h' }] },
  { id: 'B2', name: 'B2', level: 'equipment', parent: 'B', requires: [{ kind: 'steam', evidence: 'officer, 3 March' }] },
];
const MEDIA = ['steam', 'water', 'liquid-material'].map((kind) => ({ id: kind, name: kind, unit: 't', kind }));
const METERS = Array.from({ length: 6 }, (_, i) => ({ id: `M${i}`, name: `M${i}`, kind: 'counter', unit: 't' }));

/** A plant with these streams and points; every meter of a stream is one of six. */
function plantOf(streams: readonly unknown[], points: readonly Point[]): Plant {
  const file = {
    liangheng: 1,
    plant: { id: 'case', name: 'case', jurisdiction: 'yunnan' },
    units: UNITS,
    media: MEDIA,
    meters: METERS,
    streams,
    points: points.map(({ id, kind, level, unit, meter, streams: named, exempt }) => ({
      id,
      name: id,
      kind,
      level,
      unit,
      meters: meter === null ? [] : [{ meter: `M${meter}` }],
      ...(named.length > 0 ? { streams: named } : {}),
      ...(exempt ? { exempt: { by: 'auxiliary-small', evidence: 'ledger p. 3' } } : {}),
    })),
  };
  return parsePlant(JSON.stringify(file), 'case.yaml');
}

const kind = fc.constantFrom('steam', 'water', 'liquid-material');
const end = fc.constantFrom('A', 'B', 'A1', 'B1', 'B2', 'ENV');
const amount = fc.oneof(
  fc.constant({ by: 'unmeasured' }),
  fc.integer({ min: 0, max: 5 }).map((meter) => ({ by: 'meter', meter: `M${meter}` })),
);
const drawing = fc
  .array(
    fc.record({ from: end, to: end, medium: kind, amount }).filter(({ from, to }) => from !== to),
    { minLength: 1, maxLength: 6 },
  )
  .map((streams) => streams.map((stream, i) => ({ id: `s${i}`, name: `s${i}`, ...stream })))
  // A stream of every kind: a kind that nothing is drawn of rests on the list, which this is not about.
  .map((streams) => [
    ...streams,
    ...MEDIA.map(({ id }) => ({ id: `in-${id}`, name: id, from: 'ENV', to: 'A1', medium: id, amount: { by: 'unmeasured' } })),
  ]);
const pointOn = (streams: readonly { id: string }[]) =>
  fc.record({
    kind,
    level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    unit: fc.constantFrom('P', 'A', 'B', 'A1', 'B1', 'B2'),
    meter: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
    streams: fc.subarray(
      streams.map(({ id }) => id),
      { maxLength: 2 },
    ),
    exempt: fc.boolean(),
  });
const listed = drawing.chain((streams) =>
  fc.tuple(
    fc.constant(streams),
    fc.array(pointOn(streams), { maxLength: 10 }).map((points) => points.map((point, i) => ({ ...point, id: `p${i}` })) as Point[]),
  ),
);

const ratios = (plant: Plant) => new Map(coverageOf(plant, rules, AT).cells.map((cell) => [`${cell.kind}/${cell.level}`, cell]));

describe('a plant that draws its streams', () => {
  it('never has a higher ratio for a point taken off the list', () => {
    fc.assert(
      fc.property(listed, fc.nat(), ([streams, points], which) => {
        fc.pre(points.length > 0);
        const before = ratios(plantOf(streams, points));
        const after = ratios(
          plantOf(
            streams,
            points.filter((_, index) => index !== which % points.length),
          ),
        );
        for (const [cell, { fitted, required }] of after) {
          const was = before.get(cell)!;
          // n/N after ≤ n/N before, in whole numbers; nothing required before: nothing more fitted after.
          expect(fitted * was.required).toBeLessThanOrEqual(was.fitted * required);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('fits no more than it requires, and names what is missing one by one', () => {
    fc.assert(
      fc.property(listed, ([streams, points]) => {
        for (const cell of ratios(plantOf(streams, points)).values()) {
          expect(cell.fitted).toBeLessThanOrEqual(cell.required);
          expect(cell.missing.length).toBe(cell.required - cell.fitted);
          expect(cell.usable).toBeLessThanOrEqual(cell.fitted);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const STEAM = [
  { id: 'in', name: 'in', from: 'ENV', to: 'A', medium: 'steam', amount: { by: 'meter', meter: 'M0' } },
  { id: 'x', name: 'x', from: 'A', to: 'B1', medium: 'steam', amount: { by: 'meter', meter: 'M1' } },
  { id: 'y', name: 'y', from: 'A', to: 'B2', medium: 'steam', amount: { by: 'estimate', value: 3, unit: 't/h', u: 1, basis: 'nozzle' } },
  { id: 'lost', name: 'lost', from: 'B1', to: 'ENV', medium: 'steam', amount: { by: 'unmeasured' }, role: 'loss' },
];
const point = (id: string, level: 1 | 2 | 3, unit: string, meter: number | null): Point => ({
  id,
  kind: 'steam',
  level,
  unit,
  meter,
  streams: [],
  exempt: false,
});

describe('what streams ask for', () => {
  it('is a point for each stream across the fence, for each side of a sub-unit, and for what main equipment uses', () => {
    const cells = ratios(plantOf(STEAM, []));
    expect(cells.get('steam/1')).toMatchObject({ basis: 'drawn', required: 1, missing: ['P:in'] });
    expect(cells.get('steam/2')).toMatchObject({ required: 3, missing: ['A:in', 'A:x+y', 'B:x+y'] });
    // B2 uses steam, and an officer demands a second point there.
    expect(cells.get('steam/3')).toMatchObject({ required: 3, missing: ['B1:steam', 'B2:steam', 'B2:steam:1'] });
    expect(cells.get('water/3')).toMatchObject({ basis: 'listed', required: 1, missing: ['B1:water'] });
  });

  it('is met by one meter for all of a side, or by one for each stream, not by one of two', () => {
    const at = (points: Point[]) => ratios(plantOf(STEAM, points)).get('steam/2')!;
    expect(at([point('sum', 2, 'B', 5)]).missing).toEqual(['A:in', 'A:x+y']);
    expect(at([point('only-x', 2, 'B', 1)]).missing).toEqual(['A:in', 'A:x+y', 'B:x+y']);
    expect(at([point('only-x', 2, 'B', 1), { ...point('for-y', 2, 'B', 2), streams: ['y'] }]).missing).toEqual(['A:in', 'A:x+y']);
  });

  it('does not let a fitted point that nothing asks for fill the count', () => {
    const cells = ratios(plantOf(STEAM, [point('a', 1, 'P', 0), point('b', 1, 'P', 0), point('c', 1, 'P', 3)]));
    expect(cells.get('steam/1')).toMatchObject({ required: 1, fitted: 1 });
    const { findings } = coverageOf(plantOf(STEAM, [point('a', 1, 'P', 0), point('c', 1, 'P', 3)]), rules, AT);
    expect(findings.filter(({ code }) => code === 'not-asked-for').map(({ subject }) => subject)).toEqual(['c']);
  });

  it('comes with what the missing points should carry', () => {
    const plant = plantOf(STEAM, []);
    const lacking = (amounts?: ReadonlyMap<string, { value: number; unit: string }>) =>
      coverageOf(plant, rules, AT, undefined, amounts).cells.find(({ kind, level }) => kind === 'steam' && level === 2)?.lacking;
    expect(lacking()?.map(({ point, fault, carries }) => [point, fault, carries])).toEqual([
      ['A:in', 'not-fitted', null],
      ['A:x+y', 'not-fitted', null],
      ['B:x+y', 'not-fitted', null],
    ]);
    const balance = new Map([
      ['x', { value: 5000, unit: 'kg/h' }],
      ['y', { value: 3, unit: 't/h' }],
    ]);
    expect(lacking(balance)?.[1]?.carries).toEqual({ value: 8000, unit: 'kg/h', basis: 'balance' });
  });
});

describe('yearly limits', () => {
  const workshop = (load: Record<string, unknown>) => {
    const units = UNITS.map((unit) => (unit.id === 'A' ? { ...unit, main: false, load: [load] } : unit));
    const file = { liangheng: 1, plant: { id: 'c', name: 'c', jurisdiction: 'yunnan' }, units };
    return ratios(parsePlant(JSON.stringify(file), 'c.yaml')).get(`${String(load.kind)}/2`)?.required;
  };
  it('are compared with the load times its hours, and not without them', () => {
    expect(workshop({ kind: 'coal', value: 0.02, unit: 't/h', hoursPerYear: 5000 })).toBe(1);
    expect(workshop({ kind: 'coal', value: 0.0199, unit: 't/h', hoursPerYear: 5000 })).toBe(0);
    expect(workshop({ kind: 'coal', value: 5, unit: 't/h' })).toBe(0);
    expect(workshop({ kind: 'water', value: 1, unit: 'm3/h', hoursPerYear: 5000 })).toBe(1);
    expect(workshop({ kind: 'steam', value: 1, unit: 'MW', hoursPerYear: 1388.9 })).toBe(1);
    expect(workshop({ kind: 'natural-gas', value: 2, unit: 'Nm3/h', hoursPerYear: 5000 })).toBe(1);
    expect(workshop({ kind: 'natural-gas', value: 2, unit: 'm3/h', hoursPerYear: 5000 })).toBe(0);
  });
});

describe('the example plant', () => {
  it('loses ratio, or keeps it, for every point taken off its list', async () => {
    const plant = await loadPlant('config/examples/yunnan-phosphate');
    const before = ratios(plant);
    for (const { id, kind, level } of plant.points.values()) {
      const points = new Map([...plant.points].filter(([each]) => each !== id));
      const was = before.get(`${kind}/${level}`)!;
      const is = ratios({ ...plant, points }).get(`${kind}/${level}`)!;
      expect(was.basis).toBe('drawn');
      expect(is.fitted * was.required).toBeLessThanOrEqual(was.fitted * is.required);
    }
  });
});

describe('the metering rate of the water standard', () => {
  it('is what fitted points measure of all that flows, and another thing than the coverage ratio', () => {
    const streams = [
      { id: 'big', name: 'big', from: 'ENV', to: 'A', medium: 'water', amount: { by: 'meter', meter: 'M0' } },
      { id: 'small', name: 'small', from: 'ENV', to: 'B', medium: 'water', amount: { by: 'unmeasured' } },
    ];
    const plant = plantOf(streams, [{ ...point('p', 1, 'P', 0), kind: 'water' }]);
    const rates = (small: number | null) => {
      const amounts = new Map([
        ['big', { value: 990, unit: 'm3/h' }],
        ...(small === null ? [] : [['small', { value: small, unit: 'm3/h' }] as const]),
      ]);
      const water = coverageOf(plant, rules, AT, undefined, amounts).beside.find(({ rule }) => rule.document === 'GB 24789-2009');
      return water?.meteringRates[0];
    };
    expect(rates(10)).toEqual({ level: 1, percent: 99, threshold: 100, met: false });
    expect(rates(0)).toMatchObject({ percent: 100, met: true });
    expect(rates(null)).toMatchObject({ percent: null, met: null });
    expect(ratios(plant).get('water/1')).toMatchObject({ required: 2, fitted: 1, ratio: 50 });
  });
});
