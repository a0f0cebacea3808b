import type { Problem } from './problem.ts';
import { type ProblemDefect, ProblemError, type ProblemPath } from './problem-error.ts';

/** No quantity of a plant is larger, and no uncertainty smaller, in any unit. */
const LARGEST = 1e30;
const SMALLEST_SIGMA = 1e-30;

/**
 * Refuses what cannot be reconciled honestly: a measured stream without a positive standard deviation, ends that no node bears, two
 * streams of one id, contradictory bounds, numbers that are none. Nothing is defaulted in silence.
 *
 * `problem` may come from outside, so each field is looked at as unknown.
 *
 * @throws ProblemError with every defect, each at its path.
 */
export function checkProblem(problem: unknown): asserts problem is Problem {
  const defects: ProblemDefect[] = [];
  const add = (code: string, path: ProblemPath, zh: string, en: string) => defects.push({ code, path, zh, en });
  if (!isRecord(problem)) {
    throw new ProblemError([{ code: 'not-a-problem', path: [], zh: '应为一个 JSON 对象', en: 'expected one JSON object' }]);
  }
  const kind = problem.kind;
  if (kind !== 'linear-network' && kind !== 'equations') {
    add(
      'unknown-kind',
      ['kind'],
      `不支持的问题种类 ${show(kind, '（缺失）')}：应为 linear-network 或 equations`,
      `kind ${show(kind, '(missing)')} is no input of this command: expected linear-network or equations`,
    );
  }
  if (problem.scenarios !== undefined) {
    add('scenarios', ['scenarios'], '带 scenarios 的文件不是本命令的输入', 'a file with scenarios is no input of this command');
  }
  if (!Array.isArray(problem.streams) || problem.streams.length === 0) {
    add('no-streams', ['streams'], '缺少 streams，应为至少一项的数组', 'streams is missing: expected an array with at least one stream');
    throw new ProblemError(defects);
  }
  const nodes = Array.isArray(problem.nodes) ? new Set<unknown>(problem.nodes) : null;
  const seen = new Map<string, number>();
  const nonNegative = isRecord(problem.options) && problem.options.nonNegative === true;
  const written = Array.isArray(problem.templates) && problem.templates.length > 0;
  problem.streams.forEach((stream: unknown, i) => {
    const noFlow = written && isRecord(stream) && stream.from === null && stream.to === null;
    checkStream(stream, ['streams', i], kind === 'linear-network' && !noFlow, nodes, nonNegative, add);
    if (!isRecord(stream) || typeof stream.id !== 'string') return;
    const first = seen.get(stream.id);
    if (first === undefined) seen.set(stream.id, i);
    else
      add(
        'duplicate-id',
        ['streams', i, 'id'],
        `物流编号 ${stream.id} 重复（第 ${first + 1} 项已用）`,
        `id ${stream.id} is already stream ${first + 1}`,
      );
  });
  checkRest(problem, seen, add);
  checkShapes(problem, add);
  if (
    kind === 'equations' &&
    !(written && problem.equations === undefined) &&
    (!Array.isArray(problem.equations) || problem.equations.some((text) => typeof text !== 'string'))
  ) {
    add('no-equations', ['equations'], '缺少 equations，应为字符串数组', 'equations is missing: expected an array of strings');
  }
  if (defects.length > 0) throw new ProblemError(defects);
}

type Add = (code: string, path: ProblemPath, zh: string, en: string) => void;

function checkStream(
  stream: unknown,
  path: ProblemPath,
  network: boolean,
  nodes: Set<unknown> | null,
  nonNegative: boolean,
  add: Add,
): void {
  if (!isRecord(stream) || typeof stream.id !== 'string' || stream.id === '') {
    add('no-id', [...path, 'id'], '物流缺少编号 id（非空字符串）', 'a stream needs an id, a string that is not empty');
    return;
  }
  const id = stream.id;
  for (const end of network ? (['from', 'to'] as const) : []) {
    const node = stream[end];
    if (typeof node !== 'string' || node === '') {
      add('no-end', [...path, end], `物流 ${id} 的 ${end} 应为节点名或 ENV`, `${end} of ${id} must name a node, or ENV for outside`);
    } else if (nodes !== null && node !== 'ENV' && !nodes.has(node)) {
      add('unknown-node', [...path, end], `物流 ${id} 的 ${end} 为未知节点 ${node}`, `${end} of ${id} names the unknown node ${node}`);
    }
  }
  if (stream.outOfService !== undefined && (typeof stream.outOfService !== 'string' || stream.outOfService === '')) {
    const [zh, en] = [`物流 ${id} 的 outOfService 应写明停用原因`, `outOfService of ${id} must say why, in a text that is not empty`];
    add('out-of-service', [...path, 'outOfService'], zh, en);
  }
  const measured = stream.measured;
  if (measured !== null && measured !== undefined) {
    if (!isNumber(measured)) {
      add(
        'measured',
        [...path, 'measured'],
        `物流 ${id} 的测量值应为数（绝对值不超过 1e30）或 null`,
        `measured of ${id} must be a number of a size up to 1e30, or null where unmeasured`,
      );
    }
    if (stream.sigma === null || stream.sigma === undefined) {
      add('sigma-missing', [...path, 'sigma'], `物流 ${id} 有测量值却没有标准差 sigma`, `${id} is measured and has no sigma`);
    } else if (!isNumber(stream.sigma) || !(stream.sigma >= SMALLEST_SIGMA)) {
      add(
        'sigma',
        [...path, 'sigma'],
        `物流 ${id} 的标准差应为正数（1e-30…1e30），现为 ${show(stream.sigma, '（缺失）')}`,
        `sigma of ${id} must be positive (1e-30 to 1e30), not ${show(stream.sigma, '(missing)')}`,
      );
    }
  }
  for (const key of ['min', 'max', 'initial'] as const) {
    const value = stream[key];
    if (value !== undefined && value !== null && !isNumber(value)) {
      add(key, [...path, key], `物流 ${id} 的 ${key} 应为数`, `${key} of ${id} must be a number`);
    }
  }
  const max = isNumber(stream.max) ? stream.max : Number.POSITIVE_INFINITY;
  const min = isNumber(stream.min) ? stream.min : nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  if (min > max) {
    add('bounds', [...path, 'max'], `物流 ${id} 的上限 ${max} 低于下限 ${min}`, `max ${max} of ${id} lies below its min ${min}`);
  }
}

function checkRest(problem: Record<string, unknown>, ids: ReadonlyMap<string, number>, add: Add): void {
  if (isRecord(problem.parameters)) {
    for (const [name, value] of Object.entries(problem.parameters)) {
      if (!isNumber(value)) add('parameter', ['parameters', name], `参数 ${name} 应为数`, `parameter ${name} must be a number`);
    }
  }
  const correlations = Array.isArray(problem.correlations) ? problem.correlations : [];
  correlations.forEach((entry: unknown, i) => {
    const path = ['correlations', i];
    if (!isRecord(entry)) {
      add('correlation', path, '相关系数应为 {a, b, r}', 'a correlation is {a, b, r}');
      return;
    }
    for (const end of ['a', 'b'] as const) {
      if (typeof entry[end] !== 'string' || !ids.has(entry[end])) {
        add(
          'unknown-stream',
          [...path, end],
          `相关系数引用未知物流 ${show(entry[end], '（缺失）')}`,
          `the correlation names the unknown stream ${show(entry[end], '(missing)')}`,
        );
      }
    }
    if (entry.a === entry.b) add('correlation', path, '相关系数的两端相同', 'a correlation needs two different streams');
    if (!isNumber(entry.r) || Math.abs(entry.r) > 1)
      add('correlation', [...path, 'r'], '相关系数 r 应在 −1 与 1 之间', 'r must lie between −1 and 1');
  });
  if (!isRecord(problem.options)) return;
  const { alpha, profile } = problem.options;
  if (alpha !== undefined && !(isNumber(alpha) && alpha > 0 && alpha < 1)) {
    add('alpha', ['options', 'alpha'], '显著性水平 alpha 应在 0 与 1 之间', 'alpha must lie between 0 and 1');
  }
  if (profile !== undefined && profile !== 'statistical' && profile !== 'vdi2048') {
    add('profile', ['options', 'profile'], 'profile 应为 statistical 或 vdi2048', 'profile must be statistical or vdi2048');
  }
}

/** Parts that must be a list or an object where they are given at all. */
function checkShapes(problem: Record<string, unknown>, add: Add): void {
  for (const key of ['nodes', 'correlations', 'templates', 'equationNames'] as const) {
    if (problem[key] !== undefined && problem[key] !== null && !Array.isArray(problem[key]))
      add('shape', [key], `${key} 应为数组`, `${key} must be an array`);
  }
  for (const key of ['parameters', 'options'] as const) {
    if (problem[key] !== undefined && problem[key] !== null && !isRecord(problem[key]))
      add('shape', [key], `${key} 应为对象`, `${key} must be an object`);
  }
  if (!isRecord(problem.options)) return;
  for (const key of ['nonNegative', 'identify'] as const) {
    if (problem.options[key] !== undefined && typeof problem.options[key] !== 'boolean')
      add('shape', ['options', key], `${key} 应为 true 或 false`, `${key} must be true or false`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number whose square a computer can hold, however many are added up. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST;
}

/** A value as it stands in the document, `missing` where it does not. */
function show(value: unknown, missing: string): string {
  if (value === undefined) return missing;
  return typeof value === 'number' ? String(value).replace('NaN', 'not a number') : JSON.stringify(value);
}
