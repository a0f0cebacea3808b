import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { lintRules } from '../../../config/rules/lint.ts';
import { loadJurisdictions, loadRules, RULES_FOLDER } from '../../../config/rules/load.ts';
import { Faults } from '../../../config/words/fault.ts';
import { plantWith } from '../../collector/coverage/plant.ts';

const AT = Date.parse('2025-06-15T12:00:00+08:00');
let folder: string;

/** A copy of the shipped rules to change. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liangheng-rules-'));
  await cp(RULES_FOLDER, folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
});
afterAll(() => rm(folder, { recursive: true }));

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

describe('rules are data', () => {
  it('changes a verdict by one number in a rule file, and the lint sees that the text says otherwise', async () => {
    const plant = plantWith('yunnan', [{ kind: 'coal', level: 3, points: 10, fitted: 9 }]);
    const verdict = async () =>
      coverageOf(plant, await loadRules(folder), AT).cells.find(({ kind, level }) => kind === 'coal' && level === 3)?.verdict;
    expect(await verdict()).toBe('pass');
    expect(await lintRules(await loadRules(folder), folder)).toEqual([]);

    await change('yunnan/518-2007.yaml', 'name: 煤炭, thresholds: [100, 100, 90]', 'name: 煤炭, thresholds: [100, 100, 91]');
    expect(await verdict()).toBe('fail');
    const faults = await lintRules(await loadRules(folder), folder);
    expect(faults.map(({ en }) => en)).toEqual(['yunnan/518-2007/coverage-energy: 煤炭: line 19404 reads “固态能源煤炭10010090”']);
    await change('yunnan/518-2007.yaml', '[100, 100, 91]', '[100, 100, 90]');
  });

  it('adds a jurisdiction by adding data only', async () => {
    await change(
      'jurisdictions.yaml',
      'jurisdictions:\n',
      'jurisdictions:\n  - { id: atlantis, zh: 亚特兰蒂斯, en: Atlantis, parent: state }\n',
    );
    await cp(join(folder, 'yunnan'), join(folder, 'atlantis'), { recursive: true });
    const report = coverageOf(plantWith('atlantis', [{ kind: 'coal', level: 3, points: 10, fitted: 8 }]), await loadRules(folder), AT);
    expect(report.rule?.id).toBe('atlantis/518-2007/coverage-energy');
    expect(report.cells.find(({ kind, level }) => kind === 'coal' && level === 3)?.verdict).toBe('fail');
    expect((await loadJurisdictions(folder)).map(({ id }) => id)).toContain('atlantis');
    await rm(join(folder, 'atlantis'), { recursive: true });
    await change('jurisdictions.yaml', '  - { id: atlantis, zh: 亚特兰蒂斯, en: Atlantis, parent: state }\n', '');
  });

  it('finds a changed quote, and a quote at the wrong lines', async () => {
    await change('yunnan/518-2007.yaml', '注 3：有※符号表示', '注 3：有＊符号表示');
    await change('yunnan/518-2007.yaml', 'lines: [19459, 19459]', 'lines: [19460, 19460]');
    const faults = await lintRules(await loadRules(folder), folder);
    expect(faults.map(({ code }) => code)).toEqual(['rules-lint', 'rules-lint']);
    await change('yunnan/518-2007.yaml', '有＊符号表示', '有※符号表示');
    await change('yunnan/518-2007.yaml', 'lines: [19460, 19460], text: 注 2', 'lines: [19459, 19459], text: 注 2');
  });

  it('finds a score sheet that does not add up, and a form with a field too few', async () => {
    const sheet = 'anhui/227-2007-acceptance.yaml';
    const before = await readFile(join(folder, sheet), 'utf8');
    const points = /points: (\d+), fill:/.exec(before) ?? expect.fail('no row with points');
    await writeFile(join(folder, sheet), before.replace(points[0], `points: ${Number(points[1]) + 1}, fill:`));
    const added = await lintRules(await loadRules(folder), folder);
    expect(added.map(({ code }) => code)).toEqual(['rules-lint']);
    expect(added[0]?.en).toMatch(/its parts add up to \d+, printed \d+/);

    await writeFile(join(folder, sheet), before.replace('        - { text: "审核部位" }\n', ''));
    const lacking = await lintRules(await loadRules(folder), folder);
    expect(lacking.map(({ en }) => en)).toEqual(['anhui/227-2007-acceptance/form-1: the form prints more than its fields: 审核部位']);
    await writeFile(join(folder, sheet), before);
  });

  it('finds a fixed day that would bind every plant', async () => {
    const [file, condition] = ['gansu/334-2007.yaml', 'who: [all], onlyIf: [pilot]'];
    await change(file, condition, 'who: [all]');
    const faults = await lintRules(await loadRules(folder), folder);
    expect(faults.map(({ en }) => en)).toEqual([
      'gansu/334-2007/finish-audit: a fixed day for a wide class of plants: say in onlyIf which',
    ]);
    await change(file, 'who: [all]', condition);
  });

  it('reports every mistake of a file at once, at its line', async () => {
    await change('yunnan/518-2007.yaml', 'thresholds: [100, 95, 80]', 'thresholds: [100, 950, 80]');
    await change('yunnan/518-2007.yaml', 'group: 气态能源, name: 天然气', 'gruop: 气态能源, name: 天然气');
    const error = await loadRules(folder).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Faults);
    const places = (error as Faults).faults.map(({ place }) => place.split(':').slice(0, 2).join(':'));
    const lines = (await readFile(join(folder, 'yunnan/518-2007.yaml'), 'utf8')).split('\n');
    for (const typo of ['[100, 950, 80]', 'gruop']) {
      const line = lines.findIndex((text) => text.includes(typo)) + 1;
      expect(places.filter((place) => place.endsWith(`yunnan/518-2007.yaml:${line}`)).length).toBeGreaterThan(0);
    }
    await change('yunnan/518-2007.yaml', '950', '95');
    await change('yunnan/518-2007.yaml', 'gruop', 'group');
  });
});
