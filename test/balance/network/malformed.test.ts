/** Documents that someone got wrong: an answer in numbers or a refusal in words, never NaN and never another error. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../balance/network/problem.ts';
import { ProblemError } from '../../../balance/network/problem-error.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const stream = (id: string, from: string | null, to: string | null, measured: number | null, sigma: number | null) => ({
  id,
  from,
  to,
  measured,
  sigma,
});

const network = {
  kind: 'linear-network',
  nodes: ['N', 'M'],
  streams: [
    stream('a', 'ENV', 'N', 10, 1),
    stream('b', 'N', 'M', 11, 0.5),
    { ...stream('c', 'M', 'ENV', 7, 0.5), min: 0, max: 20 },
    stream('d', 'M', 'N', null, null),
    stream('e', 'N', 'ENV', 3, 0.2),
  ],
  correlations: [{ a: 'a', b: 'e', r: 0.3 }],
  options: { alpha: 0.05, profile: 'statistical', nonNegative: false, identify: true },
};

const equations = {
  kind: 'equations',
  streams: [
    stream('F', null, null, 10, 0.1),
    stream('x', null, null, 0.5, 0.01),
    { ...stream('G', null, null, null, null), initial: 5, min: 0 },
    stream('p', null, null, 1.2, 0.01),
    stream('h', null, null, 2780, 15),
  ],
  equations: ['F*x - G', 'h - steam_h(p, t)', 'G^2 - 24/F*10*k'],
  parameters: { k: 1, t: 190 },
  correlations: [{ a: 'F', b: 'x', r: -0.2 }],
  options: { alpha: 0.01, profile: 'vdi2048' },
};

type Path = readonly (string | number)[];

/** Every place in a document. */
function placesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([key, below]) => placesOf(below, [...at, Array.isArray(value) ? Number(key) : key])),
  ];
}

function changed(document: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(document) ? [...document] : { ...(document as object) };
  const target = copy as Record<string | number, unknown>;
  if (rest.length === 0 && value === DELETE) {
    if (Array.isArray(copy)) copy.splice(Number(step), 1);
    else delete target[step];
  } else target[step] = changed(target[step], rest, value);
  return copy;
}

const DELETE = Symbol('delete');
const values = fc.oneof(
  fc.constant(DELETE),
  fc.constantFrom<unknown>(
    0,
    -0,
    -1,
    1,
    1e-300,
    1e300,
    -1e300,
    1e-9,
    1e12,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    true,
    '',
    'a',
    'ENV',
    'N',
    'M',
    'F',
    [],
    {},
  ),
  fc.constantFrom(
    'F - F',
    '0',
    '1',
    'F/0',
    '1/(F - F)',
    'F^-1 - x',
    '(F - 10)^0.5',
    'F**F',
    'F*x - G +',
    'F;x',
    '__proto__',
    'constructor',
    'q0',
    'c0',
    'steam_h(F, x)',
    't_sat(F) - h',
  ),
  fc.double(),
  fc.jsonValue(),
);

/** An error is either told with its place in two languages, or it is none of ours. */
function answer(problem: unknown): 'refused' | 'answered' {
  let result: ReturnType<typeof reconcile>;
  try {
    result = reconcile(problem as Problem);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { zh, en, code } of error.defects) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(`${en}${code}`).not.toMatch(/NaN/);
    }
    expect(error.defects.length).toBeGreaterThan(0);
    return 'refused';
  }
  const bad: string[] = [];
  JSON.stringify(result, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) bad.push(key);
    return value;
  });
  expect(bad).toEqual([]);
  return 'answered';
}

describe.each([
  ['a network', network],
  ['equations', equations],
])('%s with one, two or three things changed', (_, document) => {
  test('is answered in numbers or refused in words', () => {
    const places = placesOf(document);
    const seen = { refused: 0, answered: 0 };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...places), values), { minLength: 1, maxLength: 3 }), (changes) => {
        let problem: unknown = document;
        for (const [place, value] of changes) {
          try {
            problem = changed(problem, place, value);
          } catch {
            return; // an earlier change took the place away
          }
        }
        seen[answer(problem)]++;
      }),
      { numRuns: 1500 },
    );
    // both happen, or the test tests nothing
    expect(Math.min(seen.refused, seen.answered)).toBeGreaterThan(30);
  });
});

test('any JSON document at all', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => void answer(value)),
    { numRuns: 500 },
  );
});

test('networks whose sizes and uncertainties lie sixty powers of ten apart', () => {
  const size = fc.integer({ min: -30, max: 30 }).map((power) => 10 ** power);
  const node = fc.constantFrom('ENV', 'N', 'M', 'K');
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: node, to: node, measured: fc.option(size), sigma: size }), { minLength: 1, maxLength: 8 }),
      (drawn) => {
        answer({
          kind: 'linear-network',
          streams: drawn.map((s, k) => ({ id: `S${k}`, ...s, sigma: s.measured === null ? null : s.sigma })),
        });
      },
    ),
    { numRuns: 400 },
  );
});
