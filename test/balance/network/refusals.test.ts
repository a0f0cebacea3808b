import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../balance/network/problem.ts';
import { ProblemError, placeOf } from '../../../balance/network/problem-error.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const a = { id: 'a', from: 'ENV', to: 'N', measured: 10, sigma: 1 };
const b = { id: 'b', from: 'N', to: 'ENV', measured: 11, sigma: 1 };
const network = { kind: 'linear-network', streams: [a, b] };
const equations = { kind: 'equations', streams: [a, b], equations: ['a - b'] };

/** Places and codes of what `problem` is refused for. */
function refusal(problem: unknown): string[] {
  try {
    reconcile(problem as Problem);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { zh, en } of error.defects) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).toMatch(/[a-z]/);
    }
    return error.defects.map(({ code, path }) => `${placeOf(path)} ${code}`);
  }
  return [];
}

test.each<[string, unknown, string[]]>([
  ['nothing', null, [' not-a-problem']],
  ['no streams', { kind: 'linear-network' }, ['streams no-streams']],
  ['an empty list', { ...network, streams: [] }, ['streams no-streams']],
  ['another kind', { ...network, kind: 'replicates' }, ['kind unknown-kind']],
  ['scenarios', { ...network, scenarios: [] }, ['scenarios scenarios']],
  ['a stream without id', { ...network, streams: [a, { ...b, id: undefined }] }, ['streams[1].id no-id']],
  ['two of one id', { ...network, streams: [a, { ...b, id: 'a' }] }, ['streams[1].id duplicate-id']],
  ['no sigma', { ...network, streams: [a, { ...b, sigma: null }] }, ['streams[1].sigma sigma-missing']],
  ['sigma 0', { ...network, streams: [{ ...a, sigma: 0 }, b] }, ['streams[0].sigma sigma']],
  ['sigma below 0', { ...network, streams: [{ ...a, sigma: -1 }, b] }, ['streams[0].sigma sigma']],
  ['sigma as text', { ...network, streams: [{ ...a, sigma: '1' }, b] }, ['streams[0].sigma sigma']],
  ['a value as text', { ...network, streams: [{ ...a, measured: '10' }, b] }, ['streams[0].measured measured']],
  ['no end', { ...network, streams: [{ ...a, to: null }, b] }, ['streams[0].to no-end']],
  ['an end that is not among the nodes', { ...network, nodes: ['M'] }, ['streams[0].to unknown-node', 'streams[1].from unknown-node']],
  ['bounds that exclude each other', { ...network, streams: [{ ...a, min: 5, max: 4 }, b] }, ['streams[0].max bounds']],
  [
    'a negative capacity where flows are not negative',
    { ...network, streams: [{ ...a, max: -4 }, b], options: { nonNegative: true } },
    ['streams[0].max bounds'],
  ],
  [
    'bounds that the balances exclude',
    {
      ...network,
      streams: [
        { ...a, max: 4 },
        { ...b, min: 5 },
      ],
    },
    ['streams[1] bounds-contradict'],
  ],
  ['alpha 0', { ...network, options: { alpha: 0 } }, ['options.alpha alpha']],
  ['an unknown profile', { ...network, options: { profile: 'vdi' } }, ['options.profile profile']],
  ['a correlation with a stranger', { ...network, correlations: [{ a: 'a', b: 'c', r: 0.1 }] }, ['correlations[0].b unknown-stream']],
  ['a correlation above 1', { ...network, correlations: [{ a: 'a', b: 'b', r: 1.2 }] }, ['correlations[0].r correlation']],
  ['a correlation of 1', { ...network, correlations: [{ a: 'a', b: 'b', r: 1 }] }, ['correlations correlations']],
  ['a stranger in an equation', { ...equations, equations: ['a - b', 'a - d'] }, ['equations[1] equation']],
  ['an unfinished equation', { ...equations, equations: ['a - (b'] }, ['equations[0] equation']],
  ['a function call', { ...equations, equations: ['sqrt(a) - b'] }, ['equations[0] equation']],
  ['an assignment', { ...equations, equations: ['a = b'] }, ['equations[0] equation']],
  ['an empty equation', { ...equations, equations: [''] }, ['equations[0] equation']],
  ['no equations', { ...equations, equations: undefined }, ['equations no-equations']],
  ['equations that contradict each other', { ...equations, equations: ['a - b', 'a - b - 5'] }, ['equations no-convergence']],
  ['an equation without a solution', { ...equations, equations: ['a^2 + b^2 + 1'] }, ['equations no-convergence']],
  ['a parameter that is no number', { ...equations, parameters: { k: '3' } }, ['parameters.k parameter']],
])('%s is refused with its place', (_, problem, expected) => {
  expect(refusal(problem)).toEqual(expected);
});

test('all defects are told at once', () => {
  expect(
    refusal({
      ...network,
      streams: [
        { ...a, sigma: 0 },
        { ...b, from: '', id: 'a' },
      ],
    }),
  ).toEqual(['streams[0].sigma sigma', 'streams[1].from no-end', 'streams[1].id duplicate-id']);
});

describe('what has no redundancy', () => {
  test('is answered in words, with no test passed or failed', () => {
    const result = reconcile({ ...network, streams: [a, { ...b, measured: null, sigma: null }] } as Problem);
    expect(result.global).toMatchObject({ dof: 0, statistic: 0, critical: null, passed: null });
    expect(result.streams[1]).toMatchObject({ reconciled: 10, sigma: 1, class: 'observable' });
    expect(result.warnings.join()).toMatch(/no redundancy/);
  });
  test('nothing measured at all', () => {
    const result = reconcile({ ...network, streams: [a, b].map((s) => ({ ...s, measured: null, sigma: null })) } as Problem);
    expect(result.streams.map(({ reconciled }) => reconciled)).toEqual([null, null]);
  });
});

test('names in equations may be Chinese, powers may be ** or ^', () => {
  const result = reconcile({
    kind: 'equations',
    streams: [
      { id: '取水量', from: null, to: null, measured: 9.9, sigma: 0.1 },
      { id: '边长', from: null, to: null, measured: 3.1, sigma: 0.1 },
    ],
    equations: ['取水量 - 边长**2 * k'],
    parameters: { k: 1 },
  });
  expect(result.streams[0]!.reconciled!).toBeCloseTo(result.streams[1]!.reconciled! ** 2, 9);
});
