import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Composites } from '../composites.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { instantMs } from '../time.ts';
import { instantFinding } from './instants.ts';

/** Composites have a unit of their balance per unit of the medium, and stand in order of time without overlaps. */
export function compositeFindings(draft: Draft): Finding[] {
  const media = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  return [
    ...draft.media.flatMap(({ item, path }) => ofContents(draft, item.content, item.unit, path)),
    ...draft.streams.flatMap(({ item, path }) => ofContents(draft, item.content, media.get(item.medium), path)),
  ];
}

function ofContents(draft: Draft, held: Readonly<Record<string, unknown>>, unit: string | undefined, path: Path): Finding[] {
  return Object.entries(held).flatMap(([balance, value]) => {
    if (!isComposites(value)) return [];
    const at: Path = [...path, 'content', balance];
    const over = draft.balances.find(({ item }) => item.id === balance)?.item.unit;
    const dated = datesOf(draft, value, [...at, 'composites']);
    if (over === undefined || unit === undefined || ![over, unit, value.unit].every(isUnit)) return dated;
    const wanted = `${over}/${unit}`;
    if (isConvertible(value.unit, wanted)) return dated;
    const zh = `混合样的单位 ${value.unit} 不能换算为 ${wanted}`;
    return [...dated, fault('composite.unit', [...at, 'unit'], zh, `${value.unit} of the composites does not convert into ${wanted}`)];
  });
}

function datesOf(draft: Draft, { composites }: Composites, path: Path): Finding[] {
  let sinceMs = Number.NEGATIVE_INFINITY;
  return composites.flatMap(({ from, to }, index) => {
    const wrong = [
      ...instantFinding(from, [...path, index, 'from'], draft.offsetMinutes),
      ...instantFinding(to, [...path, index, 'to'], draft.offsetMinutes),
    ];
    if (wrong.length > 0) return wrong;
    const [fromMs, toMs] = [instantMs(from, draft.offsetMinutes), instantMs(to, draft.offsetMinutes)];
    const ordered = fromMs >= sinceMs && toMs > fromMs;
    sinceMs = Math.max(sinceMs, toMs);
    if (ordered) return [];
    const zh = '混合样的有效期应先后排列、互不重叠，且结束晚于开始';
    const en = 'composites stand in order of time, do not overlap, and end after they begin';
    return [fault('composite.order', [...path, index, 'from'], zh, en)];
  });
}

/** Whether a content is by laboratory composites. */
export function isComposites(value: unknown): value is Composites {
  return typeof value === 'object' && value !== null && 'composites' in value;
}
