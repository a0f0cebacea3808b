import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { Pile } from '../pile.ts';
import { instantMs } from '../time.ts';
import { instantFinding } from './instants.ts';

/** Surveys of a pile stand in order of time and name a method and a density that are there; a dry count knows the moisture of each. */
export function pileFindings(pile: Pile, unit: string | undefined, path: Path, offsetMinutes: number): Finding[] {
  const found: Finding[] = [];
  for (const list of ['methods', 'densities'] as const) {
    const ids = pile[list].map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      const zh = `${list} 中 id“${id}”重复`;
      found.push(fault('pile.duplicate', [...path, list, index, 'id'], zh, `the id "${id}" stands twice among ${list}`));
    }
  }
  for (const [index, { unit: stated, date }] of pile.densities.entries()) {
    const at: Path = [...path, 'densities', index];
    found.push(...instantFinding(date, [...at, 'date'], offsetMinutes));
    if (unit === undefined || !isUnit(unit) || !isUnit(stated) || isConvertible(stated, `${unit}/m3`)) continue;
    const zh = `堆密度的单位 ${stated} 不能换算为 ${unit}/m3`;
    found.push(fault('unit.misfit', [...at, 'unit'], zh, `${stated} of a bulk density does not convert into ${unit}/m3`));
  }
  if (pile.surveys.length < 2) {
    const zh = `只有 ${pile.surveys.length} 次盘点：库存变化需要窗口始末各一次`;
    const en = `${pile.surveys.length} survey(s): a stock change needs one at each end of a window`;
    found.push(warning('pile.surveys', [...path, 'surveys'], zh, en));
  }
  return [...found, ...surveysOf(pile, path, offsetMinutes)];
}

function surveysOf({ basis, methods, densities, surveys }: Pile, path: Path, offsetMinutes: number): Finding[] {
  const found: Finding[] = [];
  const known = { method: methods.map(({ id }) => id), density: densities.map(({ id }) => id) };
  let sinceMs = Number.NEGATIVE_INFINITY;
  for (const [index, survey] of surveys.entries()) {
    const at: Path = [...path, 'surveys', index];
    for (const key of ['method', 'density'] as const) {
      if (known[key].includes(survey[key])) continue;
      const list = key === 'method' ? 'methods' : 'densities';
      const zh = `${list} 中没有“${survey[key]}”；现有：${known[key].join('、')}`;
      found.push(
        fault('pile.reference', [...at, key], zh, `there is no "${survey[key]}" among ${list}; there are: ${known[key].join(', ')}`),
      );
    }
    if (basis === 'dry' && survey.moisture === undefined) {
      const zh = '按干基计量的堆场，每次盘点须给出 moisture（含水率）';
      found.push(fault('pile.moisture', at, zh, 'a pile that counts dry needs the moisture of every survey'));
    }
    const wrong = instantFinding(survey.at, [...at, 'at'], offsetMinutes);
    found.push(...wrong);
    if (wrong.length > 0) continue;
    const atMs = instantMs(survey.at, offsetMinutes);
    if (!(atMs > sinceMs)) {
      found.push(fault('pile.order', [...at, 'at'], '盘点应按时间先后排列', 'surveys stand in order of time, one at an instant'));
    }
    sinceMs = Math.max(sinceMs, atMs);
  }
  return found;
}
