import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** A record of normal production: a band that has a width, of a metered stream, in a rate of its medium, with dates that are ones. */
export function productionFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  for (const { item, path } of draft.production) {
    for (const key of ['from', 'to'] as const) found.push(...instantFinding(item[key], [...path, key], draft.offsetMinutes));
    found.push(...instantFinding(item.signed.at, [...path, 'signed', 'at'], draft.offsetMinutes));
    const [from, to] = [item.from, item.to].map((text) => instantOr(text, draft.offsetMinutes, Number.NaN));
    if (to! <= from!) {
      found.push(fault('production.dates', [...path, 'to'], `${item.id} 的 to 应晚于 from`, `${item.id} ends before it starts`));
    }
    if (!(item.high > item.low)) {
      found.push(
        fault('production.band', [...path, 'high'], `${item.id} 的上限应大于下限`, `the band of ${item.id} ends below where it starts`),
      );
    }
    const stream = draft.streams.find((candidate) => candidate.item.id === item.stream)?.item;
    if (stream === undefined) continue;
    if (stream.amount.by !== 'meter') {
      const zh = `${item.id} 的负荷物流 ${stream.id} 没有计量（by: ${stream.amount.by}），逐时负荷无从得知`;
      const en = `the load of ${item.id} is ${stream.id}, which no meter reads (by: ${stream.amount.by}): its hours are unknown`;
      found.push(fault('production.stream', [...path, 'stream'], zh, en));
    }
    const medium = draft.media.find((candidate) => candidate.item.id === stream.medium)?.item;
    if (medium && isUnit(medium.unit) && !isConvertible(item.unit, `${medium.unit}/h`)) {
      const zh = `负荷的单位 ${item.unit} 不能换算为 ${medium.unit}/h`;
      found.push(fault('production.unit', [...path, 'unit'], zh, `${item.unit} of a load does not convert into ${medium.unit}/h`));
    }
  }
  return found;
}
