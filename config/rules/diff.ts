import type { Rule } from './rule.ts';

/** One field in which two rules differ; null where one has no such field. */
export interface RuleDifference {
  readonly field: string;
  readonly a: unknown;
  readonly b: unknown;
}

/**
 * Fields of the content in which two rules differ, by path. Entries of lists that carry a `kind` or an `id` are matched by it, so that
 * a row that stands elsewhere is not a difference.
 */
export function diffRules(a: Rule, b: Rule): RuleDifference[] {
  const left = flat(a.content);
  const right = flat(b.content);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => JSON.stringify(left.get(field)) !== JSON.stringify(right.get(field)))
    .map((field) => ({ field, a: left.get(field) ?? null, b: right.get(field) ?? null }));
}

function flat(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (value === null || typeof value !== 'object') return into.set(path, value);
  if (Array.isArray(value) && value.every((each) => each === null || typeof each !== 'object')) return into.set(path, value);
  for (const [key, each] of Object.entries(value)) {
    const { kind, id } = (typeof each === 'object' && each !== null ? each : {}) as { kind?: unknown; id?: unknown };
    const name = Array.isArray(value) && typeof (kind ?? id) === 'string' ? String(kind ?? id) : key;
    if (key !== 'lines') flat(each, path === '' ? name : `${path}.${name}`, into);
  }
  return into;
}
