import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { isMeterContent } from './references.ts';

/** A content that a meter reads is a concentration whose unit converts into that of the balance per unit of the medium. */
export function contentFindings(draft: Draft): Finding[] {
  const media = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  const of = (held: Readonly<Record<string, unknown>>, unit: string | undefined, path: Path) =>
    Object.entries(held).flatMap(([balance, value]) =>
      isMeterContent(value) && unit !== undefined
        ? measured(draft, value.meter, balance, unit, [...path, 'content', balance, 'meter'])
        : [],
    );
  return [
    ...draft.media.flatMap(({ item, path }) => of(item.content, item.unit, path)),
    ...draft.streams.flatMap(({ item, path }) => of(item.content, media.get(item.medium), path)),
    ...draft.outfalls.flatMap(({ item, path }) =>
      Object.entries(item.monitored).flatMap(([code, channel]) => concentration(draft, channel, [...path, 'monitored', code])),
    ),
  ];
}

function measured(draft: Draft, id: string, balance: string, mediumUnit: string, path: Path): Finding[] {
  const kind = concentration(draft, id, path);
  const channel = draft.channels.find((candidate) => candidate.id === id)?.item;
  const unit = draft.balances.find(({ item }) => item.id === balance)?.item.unit;
  if (kind.length > 0 || !channel || unit === undefined) return kind;
  const wanted = `${unit}/${mediumUnit}`;
  if (!isUnit(channel.unit) || !isUnit(wanted) || isConvertible(channel.unit, wanted)) return [];
  const zh = `单位不符：${id} 的 ${channel.unit} 不能换算为 ${wanted}（平衡 ${balance} 的单位 ÷ 介质的单位）`;
  return [
    fault(
      'unit.misfit',
      path,
      zh,
      `the unit does not fit: ${channel.unit} of ${id} does not convert into ${wanted}, which ${balance} needs`,
    ),
  ];
}

function concentration(draft: Draft, id: string, path: Path): Finding[] {
  const channel = draft.channels.find((candidate) => candidate.id === id)?.item;
  if (!channel || channel.kind === 'concentration') return [];
  const zh = `${id} 的 kind 是 ${channel.kind}，此处需要 concentration`;
  return [fault('content.channel-kind', path, zh, `${id} is a ${channel.kind}; a concentration is needed here`)];
}
