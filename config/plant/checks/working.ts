import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { workingSchema } from '../working.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** Shifts start at different times, one of them with the production day; cycles stand in order of time and do not overlap. */
export function workingFindings(draft: Draft): Finding[] {
  const { data } = workingSchema.safeParse(draft.plant.working);
  if (data === undefined) return [];
  const { shifts = [], cycles = [] } = data;
  const at = (list: string, index: number, key: string): Path => ['plant', 'working', list, index, key];
  const found: Finding[] = [];
  const day = String(draft.plant.productionDay ?? '00:00');
  if (shifts.length > 0 && !shifts.some(({ from }) => from === day)) {
    const zh = `没有班次从生产日的开始时刻 ${day} 起算，班次会跨生产日`;
    found.push(
      fault('working.day', ['plant', 'working', 'shifts'], zh, `no shift starts with the production day at ${day}: one would cross it`),
    );
  }
  for (const [list, items] of [
    ['shifts', shifts],
    ['cycles', cycles],
  ] as const) {
    // biome-ignore format: two lists
    const ids = items.map(({ id }) => id);
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index)
        found.push(
          fault('working.duplicate', at(list, index, 'id'), `${list} 中 id“${id}”重复`, `the id "${id}" stands twice among ${list}`),
        );
  }
  const starts = shifts.map(({ from }) => from);
  for (const [index, from] of starts.entries()) {
    if (starts.indexOf(from) === index) continue;
    found.push(fault('working.shift', at('shifts', index, 'from'), `两个班次同在 ${from} 开始`, `two shifts start at ${from}`));
  }
  let sinceMs = Number.NEGATIVE_INFINITY;
  for (const [index, { id, from, to }] of cycles.entries()) {
    const wrong = [
      ...instantFinding(from, at('cycles', index, 'from'), draft.offsetMinutes),
      ...instantFinding(to, at('cycles', index, 'to'), draft.offsetMinutes),
    ];
    found.push(...wrong);
    if (wrong.length > 0) continue;
    const [fromMs, toMs] = [from, to].map((text) => instantOr(text, draft.offsetMinutes, Number.NaN));
    if (!(fromMs! >= sinceMs && toMs! > fromMs!)) {
      const zh = `生产周期 ${id} 应在前一个之后开始、晚于开始时结束`;
      found.push(
        fault(
          'working.cycle',
          at('cycles', index, 'from'),
          zh,
          `the cycle ${id} must start after the one before it and end after it starts`,
        ),
      );
    }
    sinceMs = Math.max(sinceMs, toMs!);
  }
  return found;
}
