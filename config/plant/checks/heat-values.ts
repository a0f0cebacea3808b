import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { instantFinding } from './instants.ts';

/** Measured heat values and equivalents stand at media that name a standard-coal factor, in a unit of theirs; these and carbon factors have dates that are ones. */
export function heatValueFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  for (const { item: medium, path } of draft.media) {
    const { heatValue = [], equivalent } = medium;
    const stated = heatValue.length > 0 ? 'heatValue' : equivalent === undefined ? null : 'equivalent';
    if (stated !== null && medium.standardCoal === undefined) {
      const zh = `介质 ${medium.id} 给了 ${stated} 而没有 standardCoal（折标煤系数）`;
      found.push(fault('heat-value.factor', [...path, stated], zh, `${medium.id} has ${stated} but names no standardCoal`, 'key'));
    }
    for (const [index, value] of heatValue.entries()) {
      const at: Path = [...path, 'heatValue', index];
      found.push(...instantFinding(value.from, [...at, 'from'], draft.offsetMinutes));
      if (!isUnit(medium.unit)) continue;
      // a basis with moisture is one of mass
      const wanted = value.basis === 'net-as-received' ? `kJ/${medium.unit}` : 'kJ/kg';
      if (isConvertible(value.unit, wanted) && (wanted !== 'kJ/kg' || isConvertible(medium.unit, 'kg'))) continue;
      const zh = `发热量的单位 ${value.unit} 不能换算为 ${wanted}`;
      found.push(fault('heat-value.unit', [...at, 'unit'], zh, `${value.unit} of a heat value does not convert into ${wanted}`));
    }
    for (const [index, { from }] of (medium.carbon ?? []).entries()) {
      found.push(...instantFinding(from, [...path, 'carbon', index, 'from'], draft.offsetMinutes));
    }
    if (!Array.isArray(equivalent)) continue;
    for (const [index, { from }] of equivalent.entries()) {
      found.push(...instantFinding(from, [...path, 'equivalent', index, 'from'], draft.offsetMinutes));
    }
  }
  return found;
}
