/** Published cases with fields deleted, negated, exchanged or made nonsense, through the command: finite numbers or a Fault in two languages. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from './called.ts';

const CASES = fileURLToPath(new URL('../cases/reconciliation/', import.meta.url));
const KEPT = ['kind', 'streams', 'equations', 'parameters', 'correlations', 'options', 'nodes'];
const documents = readdirSync(CASES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(CASES, file), 'utf8')) as Record<string, unknown>)
  .filter(({ kind, scenarios }) => (kind === 'linear-network' || kind === 'equations') && scenarios === undefined)
  .map((document) => Object.fromEntries(Object.entries(document).filter(([key]) => KEPT.includes(key))));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reconcile-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Json = Record<string | number, unknown>;
const isHolder = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** One defect at a place that numbers choose, one step down the document for each. */
function damaged(document: Json, steps: readonly number[], kind: string): Json {
  const copy = structuredClone(document);
  let at: Json = copy;
  for (const step of steps) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) return copy;
    const below = at[key];
    if (isHolder(below) && step !== steps.at(-1)) {
      at = below;
      continue;
    }
    if (kind === 'delete') {
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else delete at[key];
    } else if (kind === 'negate') at[key] = typeof below === 'number' ? -below : null;
    else if (kind === 'zero') at[key] = 0;
    else if (kind === 'huge') at[key] = typeof below === 'number' ? below * 1e250 : 1e308;
    else if (kind === 'tiny') at[key] = typeof below === 'number' ? below * 1e-250 : 1e-308;
    else if (kind === 'text') at[key] = 'nowhere';
    else if (kind === 'double' && Array.isArray(at)) at.push(structuredClone(below));
    else at[key] = structuredClone(at[keys[(step + 1) % keys.length]!]);
    return copy;
  }
  return copy;
}

/** Every number of a document; JSON has no NaN, which would be printed as null. */
const stated = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : !isHolder(value) || Object.values(value).every(stated);

const defect = fc.tuple(
  fc.array(fc.nat(60), { minLength: 1, maxLength: 3 }),
  fc.constantFrom('delete', 'negate', 'zero', 'huge', 'tiny', 'text', 'double', 'exchange'),
);

test('whatever is wrong with a case, the answer is finite numbers or words', async () => {
  const seen = { answers: 0, refusals: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(documents.length - 1), fc.array(defect, { minLength: 1, maxLength: 3 }), async (which, defects) => {
      const document = defects.reduce<Json>((now, [steps, kind]) => damaged(now, steps, kind), documents[which]!);
      const file = join(folder, 'case.json');
      writeFileSync(file, JSON.stringify(document));
      const { status, out, err } = await called('reconcile', file, '--json');
      if (out === '') {
        // As faults are printed: each in Chinese, then in English. A stack of ours has no such lines.
        expect(status).toBe(2);
        for (const [n, line] of err.trimEnd().split('\n').entries()) {
          const [, text = ''] = /case\.json(?:[: ][^:]*)*?: (.*) \[[a-z]+\.[a-z-]+\]$/.exec(line) ?? [];
          expect(text, err).toMatch(n % 2 === 0 ? /\p{Script=Han}/u : /[a-z]{3}/);
          expect(text).not.toMatch(/NaN|undefined|\[object/);
        }
        seen.refusals++;
        return;
      }
      const answer = JSON.parse(out) as {
        streams: { class: string; measured: number | null; reconciled: number | null; sigma: number | null }[];
      };
      expect(stated(answer)).toBe(true);
      expect(out).not.toMatch(/NaN|Infinity/);
      for (const stream of answer.streams) {
        // null stands for what is not determinable alone
        if (stream.class === 'unobservable') continue;
        expect(stream.reconciled).not.toBeNull();
        expect(stream.sigma).toBeGreaterThanOrEqual(0);
      }
      seen.answers++;
    }),
    { numRuns: Number(process.env.LIANGHENG_FUZZED_PROBLEMS ?? 150) },
  );
  expect(seen.answers).toBeGreaterThan(5);
  expect(seen.refusals).toBeGreaterThan(5);
});
