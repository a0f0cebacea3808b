import type { z } from 'zod';
import { nearest } from '../words/nearest.ts';
import type { Path } from './document.ts';
import { type Finding, fault } from './finding.ts';
import { knownKeys } from './keys.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  string: ['文本', 'a text'],
  number: ['数', 'a number'],
  int: ['整数', 'an integer'],
  boolean: ['true 或 false', 'true or false'],
  object: ['“键: 值”的映射', 'a mapping of keys to values'],
  record: ['“键: 值”的映射', 'a mapping of keys to values'],
  array: ['列表（每项以“- ”开头）', 'a list (each item starts with "- ")'],
  tuple: ['两个数的列表 [下限, 上限]', 'a list of two numbers [low, high]'],
};

/** What zod found, in the words of someone who writes a plant file; nearest known keys and values are proposed. */
export function shapeFindings(issues: readonly Issue[], root: unknown): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], root));
}

function findingsOf(issue: Issue, base: Path, root: unknown): Finding[] {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const name = String(path.at(-1) ?? '文件 file');
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, root));
    case 'invalid_type': {
      const [zh, en] = TYPES[issue.expected] ?? [issue.expected, issue.expected];
      if (value === undefined) return [fault('shape.missing', path, `缺少“${name}”（${zh}）`, `"${name}" is missing (${en})`)];
      return [fault('shape.type', path, `“${name}”应为${zh}，现为 ${shown(value)}`, `"${name}" should be ${en}, but is ${shown(value)}`)];
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (value === undefined) {
        return [fault('shape.missing', path, `缺少“${name}”（${values.join('、')}）`, `"${name}" is missing (${values.join(', ')})`)];
      }
      return [wrongValue(path, name, value, values)];
    }
    case 'invalid_union':
      return unionFindings(issue, path, name, value, root);
    case 'invalid_format': {
      const [zh, en] = formatOf(name, issue);
      return [
        fault('shape.format', path, `“${name}”的写法不对：${shown(value)}；${zh}`, `"${name}" is not well written: ${shown(value)}; ${en}`),
      ];
    }
    case 'too_small':
    case 'too_big': {
      const low = issue.code === 'too_small';
      const limit = String(issue.code === 'too_small' ? issue.minimum : issue.maximum);
      const sign = `${low ? '>' : '<'}${issue.inclusive ? '=' : ''}`;
      return [
        fault(
          'shape.limit',
          path,
          `“${name}”应 ${sign} ${limit}，现为 ${shown(value)}`,
          `"${name}" should be ${sign} ${limit}, but is ${shown(value)}`,
        ),
      ];
    }
    case 'invalid_key':
      return [fault('shape.format', path, `键“${name}”的写法不对`, `the key "${name}" is not well written`, 'key')];
    default:
      return [fault('shape.invalid', path, `“${name}”不对：${issue.message}`, `"${name}" is wrong: ${issue.message}`)];
  }
}

/** The branch that the value comes nearest to speaks for the union; where none is near, the whole is refused. */
function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  name: string,
  value: unknown,
  root: unknown,
): Finding[] {
  if (issue.errors.length === 0) {
    const values =
      'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : knownKeys(root, path.slice(0, -1)).values(name);
    if (value === undefined) {
      return [fault('shape.missing', path, `缺少“${name}”（${values.join('、')}）`, `"${name}" is missing (${values.join(', ')})`)];
    }
    return [wrongValue(path, name, value, values)];
  }
  const branches = issue.errors.map((errors) => ({ errors, distance: errors.reduce((sum, error) => sum + distanceOf(error), 0) }));
  const least = Math.min(...branches.map((branch) => branch.distance));
  const best = branches.find((branch) => branch.distance === least)!;
  if (least < FAR) return best.errors.flatMap((error) => findingsOf(error, path, root));
  if (value === undefined) return [fault('shape.missing', path, `缺少“${name}”`, `"${name}" is missing`)];
  const literals = issue.errors
    .flat()
    .flatMap((error) => (error.code === 'invalid_value' && error.path.length === 0 ? error.values.map(String) : []));
  if (literals.length > 0) return [wrongValue(path, name, value, literals)];
  const types = [
    ...new Set(
      issue.errors.flat().flatMap((error) => (error.code === 'invalid_type' && error.path.length === 0 ? [error.expected as string] : [])),
    ),
  ];
  const [zh, en] = [types.map((type) => TYPES[type]?.[0] ?? type).join('或'), types.map((type) => TYPES[type]?.[1] ?? type).join(' or ')];
  return [fault('shape.type', path, `“${name}”应为${zh}，现为 ${shown(value)}`, `"${name}" should be ${en}, but is ${shown(value)}`)];
}

const FAR = 1_000;

/** How far a value is from a branch: of another type altogether, or so many keys wrong. */
function distanceOf(error: Issue): number {
  if (error.path.length === 0 && (error.code === 'invalid_type' || error.code === 'invalid_value')) return FAR;
  return error.code === 'unrecognized_keys' ? 2 * error.keys.length : 1;
}

function unknownKey(key: string, path: Path, root: unknown): Finding {
  const known = knownKeys(root, path).keys;
  const near = nearest(key, known);
  const list = known.join(', ');
  return fault(
    'shape.unknown-key',
    [...path, key],
    near ? `不认识的键“${key}”，是否应为“${near}”？` : `不认识的键“${key}”；此处可用：${list}`,
    near ? `unknown key "${key}"; did you mean "${near}"?` : `unknown key "${key}"; known here: ${list}`,
    'key',
  );
}

function wrongValue(path: Path, name: string, value: unknown, values: readonly string[]): Finding {
  const near = typeof value === 'string' ? nearest(value, values) : undefined;
  return fault(
    'shape.value',
    path,
    `“${name}”不能是 ${shown(value)}${near ? `，是否应为“${near}”？` : ''}；可用：${values.join('、')}`,
    `"${name}" cannot be ${shown(value)}${near ? `; did you mean "${near}"?` : ''}; one of: ${values.join(', ')}`,
  );
}

function formatOf(name: string, issue: Extract<Issue, { code: 'invalid_format' }>): readonly [string, string] {
  const pattern = 'pattern' in issue ? String(issue.pattern) : '';
  if (pattern.includes('ms|s|min')) return ['请写成 60s、10min、72h 这样的时间长度', 'write a duration like 60s, 10min or 72h'];
  if (name === 'offset') return ['请写成 +08:00', 'write it like +08:00'];
  if (name === 'productionDay') return ['请写成 08:00', 'write it like 08:00'];
  return [
    '只能用拉丁字母、数字、- 和 _，以字母或数字开头，最长 63 个',
    'Latin letters, digits, - and _, starting with a letter or digit, at most 63',
  ];
}

function shown(value: unknown): string {
  const text = String(JSON.stringify(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
