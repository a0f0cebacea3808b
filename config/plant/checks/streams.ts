import { amountUnitOf, dimensionOf, isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { sourcesOf } from '../formula.ts';
import { ENV, type Stream } from '../schema.ts';

/** A stream has an end in the plant and a known way to its amount, and what measures it counts in a unit of its medium. */
export function streamFindings(draft: Draft): Finding[] {
  const media = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  return [...draft.streams.flatMap((stream) => ofStream(stream, media, draft)), ...rings(draft)];
}

function ofStream({ item, path }: Placed<Stream>, media: ReadonlyMap<string, string>, draft: Draft): Finding[] {
  const found: Finding[] = [];
  if (item.from === ENV && item.to === ENV) {
    found.push(
      fault('stream.outside', [...path, 'to'], `物流 ${item.id} 两端都在厂外`, `both ends of the stream ${item.id} are outside the plant`),
    );
  } else if (item.from === item.to) {
    found.push(fault('stream.loop', [...path, 'to'], `物流 ${item.id} 的两端相同`, `the stream ${item.id} ends where it starts`));
  }
  const unit = media.get(item.medium);
  const { amount } = item;
  const at: Path = [...path, 'amount'];
  if (amount.by === 'meter') {
    if ((amount.meter === undefined) === (amount.point === undefined)) {
      found.push(
        fault('stream.amount', at, '“by: meter”需要 meter 或 point 之一，且只能有一个', '"by: meter" needs exactly one of meter and point'),
      );
    }
    if (unit === undefined) return found;
    const counted = amount.gas?.compensated === 'here' ? 'm3' : unit;
    if (amount.meter !== undefined) found.push(...ofChannel(draft, amount.meter, counted, item, [...at, 'meter']));
    const point = draft.points.find((candidate) => candidate.item.id === amount.point);
    for (const { meter, role } of point?.item.meters ?? []) {
      if (role === 'main') found.push(...ofChannel(draft, meter, counted, item, [...at, 'point']));
    }
  } else if (unit !== undefined && 'unit' in amount && amount.by !== 'formula' && isUnit(amount.unit) && isUnit(unit)) {
    const other = amount.by === 'derived' ? draft.streams.find((candidate) => candidate.item.id === amount.stream) : undefined;
    const per = other && media.get(other.item.medium);
    if (amount.by === 'derived') {
      if (per !== undefined && isUnit(per) && !isConvertible(amount.unit, `${unit}/${per}`))
        found.push(misfit(amount.unit, `${unit}/${per}`, [...at, 'unit']));
    } else {
      const rate = amountUnitOf(amount.unit);
      const held = rate ?? (amount.by === 'analysis' ? amount.unit : null);
      if (held === null || !isConvertible(held, unit)) found.push(misfit(amount.unit, `${unit}/h`, [...at, 'unit']));
    }
  }
  return found;
}

/** The channel's amounts count in the medium's unit: a counter or batch in it, a rate in it per time. */
function ofChannel(draft: Draft, id: string, unit: string, stream: Stream, path: Path): Finding[] {
  const channel = draft.channels.find((candidate) => candidate.id === id)?.item;
  if (!channel || !isUnit(channel.unit) || !isUnit(unit)) return [];
  if (channel.kind !== 'counter' && channel.kind !== 'batch' && channel.kind !== 'rate') {
    const zh = `${id} 的 kind 是 ${channel.kind}，不能计量物流 ${stream.id} 的量；需要 counter、rate 或 batch`;
    return [
      fault('stream.channel-kind', path, zh, `${id} is a ${channel.kind}: the amount of ${stream.id} needs a counter, rate or batch`),
    ];
  }
  const amount = channel.kind === 'rate' ? amountUnitOf(channel.unit) : channel.unit;
  if (amount !== null && isConvertible(amount, unit)) return [];
  return [misfit(`${id}: ${channel.unit}`, channel.kind === 'rate' ? `${unit}/h` : unit, path)];
}

/** Streams that derive from each other in a ring have no amount. */
function rings(draft: Draft): Finding[] {
  const sources = new Map(draft.streams.map(({ item }) => [item.id, sourcesOf(item.amount)]));
  return draft.streams.flatMap(({ item, path }) => {
    const seen = new Set<string>();
    const ahead = [...(sources.get(item.id) ?? [])];
    for (let at = ahead.pop(); at !== undefined && !seen.has(item.id); at = ahead.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      ahead.push(...(sources.get(at) ?? []));
    }
    if (!seen.has(item.id)) return [];
    const zh = `物流 ${item.id} 由自身推算（${item.amount.by} 形成环）`;
    const key = item.amount.by === 'formula' ? 'of' : 'stream';
    return [fault('stream.derived-cycle', [...path, 'amount', key], zh, `the stream ${item.id} is derived from itself`)];
  });
}

function misfit(given: string, wanted: string, path: Path): Finding {
  const unit = given.split(': ').at(-1)!;
  return fault(
    'unit.misfit',
    path,
    `单位不符：${given}（${dimensionOf(unit)}）不能换算为 ${wanted}（${dimensionOf(wanted)}）`,
    `the unit does not fit: ${given} (${dimensionOf(unit)}) does not convert into ${wanted} (${dimensionOf(wanted)})`,
  );
}
