import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CaseStep, caseOf, refusal } from '../../../balance/oversight/cases/case.ts';
import { CaseFile } from '../../../balance/oversight/cases/keep.ts';
import { stepOf } from '../../../balance/oversight/cases/written.ts';

const T0 = Date.parse('2026-03-01T00:00:00Z');
const DAY = 86_400_000;
const notice: CaseStep = {
  step: 'notice',
  atMs: T0,
  by: '李科长',
  plant: 'p',
  outfall: 'DW001',
  finding: 'over-limit',
  figures: { peak: 75 },
  text: '请说明',
  replyByMs: T0 + 5 * DAY,
  settleByMs: T0 + 20 * DAY,
};
const reply: CaseStep = {
  step: 'reply',
  atMs: T0 + DAY,
  by: '企业',
  text: '已检修',
  evidence: [{ name: '照片.jpg', sha256: 'a'.repeat(64) }],
};
const verified: CaseStep = { step: 'verification', atMs: T0 + 2 * DAY, by: '李科长', accepted: true, text: '属实' };
const closed: CaseStep = { step: 'closure', atMs: T0 + 3 * DAY, by: '李科长', outcome: 'settled', text: '结案' };

it('goes from notice to reply, verification and closure', () => {
  const states = [1, 2, 3, 4].map((count) => caseOf('c', [notice, reply, verified, closed].slice(0, count), T0 + 4 * DAY));
  expect(states.map(({ state, turn }) => [state, turn])).toEqual([
    ['noticed', 'plant'],
    ['replied', 'bureau'],
    ['verified', 'bureau'],
    ['closed', null],
  ]);
  expect(caseOf('c', [notice], T0 + 6 * DAY).overdue).toBe(true);
  expect(caseOf('c', [notice, reply], T0 + 6 * DAY).overdue).toBe(false);
  expect(caseOf('c', [notice, reply, verified, closed], T0 + 99 * DAY).overdue).toBe(false);
});

it('takes no step out of turn', () => {
  expect(refusal([], reply)).toBe('not-a-notice');
  expect(refusal([notice], notice)).toBe('second-notice');
  expect(refusal([notice], verified)).toBe('not-now');
  expect(refusal([notice], closed)).toBe('not-now');
  expect(refusal([notice, reply], { ...verified, atMs: T0 })).toBe('out-of-order');
  expect(refusal([notice, reply, verified, closed], { ...reply, atMs: T0 + 9 * DAY })).toBe('not-now');
  expect(refusal([], { ...notice, replyByMs: T0 })).toBe('deadline');
  expect(refusal([notice, reply], { ...closed, outcome: 'unfounded' })).toBeNull();
});

it('keeps its steps in a file that only grows, and shows where a line was changed', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'liangheng-cases-')), 'cases.jsonl');
  const file = await CaseFile.open(path);
  const id = await file.append(null, notice);
  await file.append(id, reply);
  const before = await readFile(path, 'utf8');
  await Promise.all([file.append(id, verified), file.append(null, { ...notice, plant: 'q', atMs: T0 + 3 * DAY, replyByMs: T0 + 4 * DAY })]);
  const text = await readFile(path, 'utf8');
  expect(text.startsWith(before)).toBe(true);
  await expect(file.append(id, reply)).rejects.toMatchObject({ code: 'cases.step' });
  await expect(file.append('none', reply)).rejects.toMatchObject({ code: 'cases.unknown' });
  const again = await CaseFile.open(path);
  expect(again.cases(T0 + 5 * DAY)).toEqual(file.cases(T0 + 5 * DAY));
  expect(again.cases(T0 + 5 * DAY).map(({ plant, overdue }) => [plant, overdue])).toEqual([
    ['q', true],
    ['p', false],
  ]);

  const cut = `${text.slice(0, -20)}`;
  await writeFile(path, cut);
  expect((await CaseFile.open(path)).cases(T0)).toHaveLength(1);
  await writeFile(path, text.replace('已检修', '未检修'));
  await expect(CaseFile.open(path)).rejects.toMatchObject({ code: 'cases.broken', place: `${path}:3` });
  await writeFile(path, text.split('\n').toSpliced(1, 1).join('\n'));
  await expect(CaseFile.open(path)).rejects.toMatchObject({ code: 'cases.broken' });
});

it('never loses or reorders a step, whatever is tried', async () => {
  const steps = fc.array(fc.constantFrom<CaseStep>(notice, reply, verified, closed, { ...reply, atMs: T0 + 9 * DAY }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, async (tried) => {
      const path = join(await mkdtemp(join(tmpdir(), 'liangheng-cases-')), 'cases.jsonl');
      const file = await CaseFile.open(path);
      const taken: CaseStep[] = [];
      let id: string | null = null;
      for (const step of tried) {
        if (id === null && step.step !== 'notice') continue;
        const done: string | null = await file.append(id, step).catch(() => null);
        if (done !== null) taken.push(step);
        id ??= done;
      }
      expect(id === null ? [] : (await CaseFile.open(path)).find(id, T0)!.steps).toEqual(taken);
    }),
    { numRuns: 20 },
  );
});

it('reads what a person writes, and refuses what is none', () => {
  const written = {
    step: 'notice',
    plant: 'p',
    by: '李',
    text: '请说明',
    finding: 'offline',
    at: '2026-03-01T08:00:00+08:00',
    replyBy: '2026-03-06T08:00:00+08:00',
    settleBy: '2026-03-20T08:00:00+08:00',
  };
  expect(stepOf(JSON.stringify(written), 's.json', 0)).toEqual({
    id: null,
    step: {
      step: 'notice',
      plant: 'p',
      outfall: null,
      finding: 'offline',
      figures: {},
      by: '李',
      text: '请说明',
      atMs: T0,
      replyByMs: T0 + 5 * DAY,
      settleByMs: T0 + 19 * DAY,
    },
  });
  expect(stepOf(JSON.stringify({ step: 'reply', case: 'c', by: '企', text: '是' }), 's.json', 7)).toEqual({
    id: 'c',
    step: { step: 'reply', by: '企', text: '是', evidence: [], atMs: 7 },
  });
  for (const text of ['{', '{}', JSON.stringify({ ...written, more: 1 })]) expect(() => stepOf(text, 's.json', 0)).toThrow(/JSON|step/);
});
