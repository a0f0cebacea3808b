import type { Problem, Reconciliation, StreamResult } from './problem.ts';
import { ProblemError } from './problem-error.ts';

/** A reading of a stream out of service that lies further from 0 than so many of its σ is told. */
const NOTHING = 3;

/**
 * The problem without the streams that are declared out of service: they carry exactly nothing, so that no balance needs them and none
 * is blamed on them. Equations have 0 in their place.
 *
 * @throws ProblemError where the bounds of such a stream exclude 0.
 */
export function inService(problem: Problem): Problem {
  const out = new Set(problem.streams.filter(({ outOfService }) => outOfService !== undefined).map(({ id }) => id));
  if (out.size === 0) return problem;
  const defects = problem.streams.flatMap(({ id, min = 0, max = 0 }, s) => {
    if (!out.has(id) || (min <= 0 && max >= 0)) return [];
    const zh = `物流 ${id} 已停用（流量为零），其上下限却不含零`;
    const en = `${id} is out of service, its flow is zero, and its bounds exclude that`;
    return [{ code: 'out-of-service', path: ['streams', s, min > 0 ? 'min' : 'max'], zh, en }];
  });
  if (out.size === problem.streams.length)
    defects.push({ code: 'out-of-service', path: ['streams'], zh: '全部物流均已停用', en: 'every stream is out of service' });
  if (defects.length > 0) throw new ProblemError(defects);
  const zeros = Object.fromEntries([...out].map((id) => [id, 0]));
  return {
    ...problem,
    streams: problem.streams.filter(({ id }) => !out.has(id)),
    correlations: (problem.correlations ?? []).filter(({ a, b }) => !out.has(a) && !out.has(b)),
    ...(problem.kind === 'equations' ? { parameters: { ...problem.parameters, ...zeros } } : {}),
  };
}

/** The answer with the streams out of service in their places: 0, exactly; a meter on one that reads something else is told. */
export function withOutOfService(problem: Problem, result: Reconciliation): Reconciliation {
  if (problem.streams.length === result.streams.length) return result;
  const known = new Map(result.streams.map((stream) => [stream.id, stream]));
  const warnings = [...result.warnings];
  const streams = problem.streams.map(({ id, measured, sigma, outOfService }): StreamResult => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const reads = typeof measured === 'number';
    const test = reads ? Math.abs(measured) / sigma! : null;
    if (test !== null && test > NOTHING) {
      const zh = `物流 ${id} 已声明停用（${outOfService}），计量器具却显示 ${measured}：阀门内漏或零点漂移`;
      warnings.push(
        `${zh} / ${id} is declared out of service (${outOfService}), yet its meter reads ${measured}: a valve leaks or the zero is off`,
      );
    }
    return {
      id,
      measured: reads ? measured : null,
      reconciled: 0,
      sigma: 0,
      class: reads ? 'redundant' : 'observable',
      adjustment: reads ? 0 - measured : null,
      test,
      adjustability: reads ? 1 : null,
      detectability: reads ? 1 : null,
      ...(reads ? { leverage: 0 } : {}),
    };
  });
  return { ...result, streams, warnings };
}
