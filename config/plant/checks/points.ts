import type { Draft } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { MeteringPoint, Unit } from '../schema.ts';
import { instantOr } from './dates.ts';

const LEVEL: Readonly<Record<Unit['level'], MeteringPoint['level']>> = { plant: 1, workshop: 2, equipment: 3 };

/** One main meter on a point at a time; a point at the level of its unit; a meter that serves two points says so. */
export function pointFindings(draft: Draft): Finding[] {
  const levels = new Map(draft.units.map(({ item }) => [item.id, LEVEL[item.level]]));
  const found: Finding[] = [];
  for (const { item, path } of draft.points) {
    const mains = item.meters.flatMap((entry, index) => (entry.role === 'main' ? [{ entry, index }] : []));
    const spans = mains.map(({ entry, index }) => ({
      meter: entry.meter,
      index,
      from: instantOr(entry.from, draft.offsetMinutes, Number.NEGATIVE_INFINITY),
      to: instantOr(entry.to, draft.offsetMinutes, Number.POSITIVE_INFINITY),
    }));
    for (const [order, late] of spans.entries()) {
      const early = spans.slice(0, order).find((other) => other.from < late.to && late.from < other.to);
      if (!early) continue;
      const zh = `计量点 ${item.id} 同一时间有两块主表：${early.meter} 与 ${late.meter}；请写明 from、to，或将其一改为 role: check`;
      const en = `${item.id} has two main meters at one time, ${early.meter} and ${late.meter}: give their dates, or make one role: check`;
      found.push(fault('point.two-mains', [...path, 'meters', late.index], zh, en));
    }
    const level = levels.get(item.unit);
    if (level !== undefined && level !== item.level) {
      const zh = `计量点 ${item.id} 的 level 是 ${item.level}，而 ${item.unit} 属于第 ${level} 级`;
      found.push(
        warning('point.level', [...path, 'level'], zh, `${item.id} says level ${item.level}, but ${item.unit} is of level ${level}`),
      );
    }
  }
  return [...found, ...served(draft)];
}

function served(draft: Draft): Finding[] {
  const found: Finding[] = [];
  const first = new Map<string, MeteringPoint>();
  for (const { item, path } of draft.points) {
    const partner = draft.points.find((other) => other.item.id === item.sharedWith)?.item;
    if (partner && !partner.meters.some(({ meter }) => item.meters.some((own) => own.meter === meter))) {
      const zh = `${item.id} 与 ${partner.id} 没有共用的计量器具`;
      found.push(warning('point.not-shared', [...path, 'sharedWith'], zh, `${item.id} and ${partner.id} share no meter`));
    }
    for (const [index, { meter, role }] of item.meters.entries()) {
      if (role !== 'main') continue;
      const other = first.get(meter);
      if (!other || other.id === item.id) first.set(meter, item);
      else if (other.sharedWith !== item.id && item.sharedWith !== other.id) {
        const zh = `${meter} 同时是 ${other.id} 和 ${item.id} 的主表；若确实共用，请写 sharedWith`;
        const en = `${meter} is the main meter of both ${other.id} and ${item.id}; if they do share it, say sharedWith`;
        found.push(warning('point.meter-twice', [...path, 'meters', index, 'meter'], zh, en));
      }
    }
  }
  return found;
}
