import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { loadRules } from '../../../config/rules/load.ts';

const AT = Date.parse('2025-06-15T12:00:00+08:00');
const rules = await loadRules();
const verified = { certificate: 'C-1', date: '2025-01-01', due: '2025-12-31' };
const commissioned = { by: 'Li', at: '2025-01-02', face: 1, reading: 1 };

function plant(options: { load?: number; main?: boolean; unit?: string; withPoint?: boolean; accuracy?: string }) {
  const { load = 100, main = true, unit = 'kW', withPoint = false, accuracy = '2.0' } = options;
  return parsePlant(
    JSON.stringify({
      liangheng: 1,
      plant: { id: 'p', name: 'p', jurisdiction: 'yunnan' },
      units: [
        { id: 'P', name: 'P', level: 'plant' },
        { id: 'MILL', name: 'MILL', level: 'equipment', parent: 'P', main, load: [{ kind: 'electricity', value: load, unit }] },
      ],
      meters: [
        {
          id: 'EM-1',
          name: 'EM-1',
          kind: 'counter',
          unit: 'kWh',
          accuracy: { class: accuracy, percentOfReading: 2 },
          verification: verified,
          commissioned,
        },
      ],
      points: withPoint ? [{ id: 'PT', name: 'PT', kind: 'electricity', level: 3, unit: 'MILL', meters: [{ meter: 'EM-1' }] }] : [],
    }),
    'p.yaml',
  );
}
const cell = (report: ReturnType<typeof coverageOf>) =>
  report.cells.find(({ kind, level }) => kind === 'electricity' && level === 3) ?? expect.fail('no cell');

describe('loads above the limits of GB 17167-2006 table 2 (electricity: 100 kW)', () => {
  it('ask for a point where the file lists none', () => {
    const report = coverageOf(plant({ load: 100 }), rules, AT);
    expect(cell(report)).toMatchObject({ required: 1, fitted: 0, verdict: 'fail', missing: ['MILL:electricity'] });
    expect(report.findings.map(({ code }) => code)).toContain('not-listed');
  });
  it('ask for none just below, or where the two cannot be compared', () => {
    expect(cell(coverageOf(plant({ load: 99.9 }), rules, AT))).toMatchObject({ required: 0, verdict: 'not-applicable' });
    expect(cell(coverageOf(plant({ load: 900, unit: 't/h' }), rules, AT))).toMatchObject({ required: 0 });
    expect(cell(coverageOf(plant({ load: 0.1, unit: 'MW' }), rules, AT))).toMatchObject({ required: 1 });
  });
  it('make a unit a main one, whatever the file says', () => {
    expect(cell(coverageOf(plant({ main: false, withPoint: true }), rules, AT))).toMatchObject({ required: 1, fitted: 1, verdict: 'pass' });
    expect(cell(coverageOf(plant({ main: false, withPoint: true, load: 5 }), rules, AT))).toMatchObject({ required: 0 });
  });
});

describe('accuracy classes of GB 17167-2006 table 4', () => {
  it.each([
    ['2.0', 1],
    ['0.5S', 1],
    ['3', 0],
    ['Ⅰ', 1],
  ])('class %s leaves %i usable', (accuracy, usable) => {
    expect(cell(coverageOf(plant({ withPoint: true, accuracy }), rules, AT))).toMatchObject({ fitted: 1, verdict: 'pass', usable });
  });
});

describe('other tables', () => {
  it('stand beside the verdict, with whether they are in force', () => {
    const { beside } = coverageOf(plant({}), rules, AT);
    expect(beside.map(({ rule, inForce }) => [rule.id, inForce])).toEqual([
      ['state/gb17167-2006/coverage-energy', true],
      ['state/gb24789-2009/coverage-water', false],
    ]);
    expect(beside[1]?.cells.map(({ kind, level, threshold }) => [kind, level, threshold])).toEqual([
      ['water', 1, 100],
      ['water', 2, 95],
      ['water', 3, 80],
    ]);
  });
});
