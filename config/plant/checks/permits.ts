import { isConvertible, isUnit } from '../../measures/units.ts';
import { nearest } from '../../words/nearest.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { Outfall } from '../outfalls.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** Permits: codes that are monitored, units that fit, dates in order, limits that do not contradict each other, stops that were declared. */
export function permitFindings(draft: Draft): Finding[] {
  return draft.outfalls.flatMap((outfall) => [
    ...codesOf(outfall),
    ...datesOf(outfall, draft.offsetMinutes),
    ...unitsOf(outfall, draft),
    ...twice(outfall, draft.offsetMinutes),
    ...channelsOf(outfall, draft),
  ]);
}

/** What a finding names: a text and where it stands. */
type At<T> = readonly [T, Path];

function codesOf({ item, path }: Placed<Outfall>): Finding[] {
  const known = Object.keys(item.monitored);
  const named: At<string>[] = [
    ...(item.limits ?? []).map(({ code }, n): At<string> => [code, [...path, 'limits', n, 'code']]),
    ...(item.permit?.caps ?? []).map(({ code }, n): At<string> => [code, [...path, 'permit', 'caps', n, 'code']]),
    ...(item.permit?.exempt ?? []).flatMap(({ codes }, n) =>
      (codes ?? []).map((code, m): At<string> => [code, [...path, 'permit', 'exempt', n, 'codes', m]]),
    ),
    ...(item.declared ?? []).flatMap(({ codes }, n) =>
      (codes ?? []).map((code, m): At<string> => [code, [...path, 'declared', n, 'codes', m]]),
    ),
    ...(item.monitors ?? []).flatMap(({ codes }, n) => codes.map((code, m): At<string> => [code, [...path, 'monitors', n, 'codes', m]])),
  ];
  return named
    .filter(([code]) => !known.includes(code))
    .map(([code, at]) => {
      const near = nearest(code, known);
      const zh = `排放口 ${item.id} 没有监测 ${code}${near ? `，是否应为 ${near}？` : ''}`;
      return warning(
        'permit.not-monitored',
        at,
        zh,
        `the outfall ${item.id} does not monitor ${code}${near ? `; did you mean ${near}?` : ''}`,
      );
    });
}

function spansOf({ item, path }: Placed<Outfall>): { item: { from?: string | undefined; to?: string | undefined }; at: Path }[] {
  return [
    ...(item.limits ?? []).map((limit, n) => ({ item: limit, at: [...path, 'limits', n] })),
    ...(item.permit === undefined ? [] : [{ item: item.permit, at: [...path, 'permit'] }]),
    ...(item.permit?.caps ?? []).map((cap, n) => ({ item: cap, at: [...path, 'permit', 'caps', n] })),
    ...(item.permit?.exempt ?? []).map((exempt, n) => ({ item: exempt, at: [...path, 'permit', 'exempt', n] })),
    ...(item.declared ?? []).map((stop, n) => ({ item: stop, at: [...path, 'declared', n] })),
  ];
}

function datesOf(outfall: Placed<Outfall>, offsetMinutes: number): Finding[] {
  const found: Finding[] = [];
  for (const { item, at } of spansOf(outfall)) {
    for (const key of ['from', 'to'] as const) found.push(...instantFinding(item[key], [...at, key], offsetMinutes));
    const [fromMs, toMs] = [item.from, item.to].map((text) => instantOr(text, offsetMinutes, Number.NaN));
    if (toMs! <= fromMs!) found.push(fault('permit.dates', [...at, 'to'], 'to 应晚于 from', 'to is not after from'));
  }
  for (const [n, stop] of (outfall.item.declared ?? []).entries()) {
    const at: Path = [...outfall.path, 'declared', n, 'declaredAt'];
    found.push(...instantFinding(stop.declaredAt, at, offsetMinutes));
    const [declaredMs, endMs] = [stop.declaredAt, stop.to].map((text) => instantOr(text, offsetMinutes, Number.NaN));
    if (declaredMs! > endMs!) {
      const zh = `排放口 ${outfall.item.id} 的申报时间晚于停运结束`;
      found.push(warning('permit.declared-late', at, zh, `declared after it had ended, at the outfall ${outfall.item.id}`));
    }
  }
  return found;
}

function unitsOf({ item, path }: Placed<Outfall>, draft: Draft): Finding[] {
  const misfit = (unit: string, wanted: string, at: Path): Finding[] => {
    if (!isUnit(unit)) return [fault('unit.unknown', at, `不认识单位“${unit}”`, `"${unit}" is no known unit`)];
    if (isConvertible(unit, wanted)) return [];
    return [fault('unit.misfit', at, `单位 ${unit} 不能换算为 ${wanted}`, `${unit} does not convert into ${wanted}`)];
  };
  return [
    ...(item.limits ?? []).flatMap(({ code, unit }, n) => {
      const channel = draft.channels.find(({ id }) => id === item.monitored[code])?.item;
      return channel === undefined || !isUnit(channel.unit) ? [] : misfit(unit, channel.unit, [...path, 'limits', n, 'unit']);
    }),
    ...(item.permit?.caps ?? []).flatMap(({ unit }, n) => misfit(unit, 't', [...path, 'permit', 'caps', n, 'unit'])),
  ];
}

/** Of two limits or caps of one code and basis the later one holds; where both begin at one time, which does is not clear. */
function twice({ item, path }: Placed<Outfall>, offsetMinutes: number): Finding[] {
  const overlap = <T extends { from?: string | undefined }>(all: readonly T[], key: (of: T) => string, at: Path) =>
    all.flatMap((one, n) => {
      const start = (of: T): number => instantOr(of.from, offsetMinutes, Number.NEGATIVE_INFINITY);
      const other = all.findIndex((before, m) => m < n && key(before) === key(one) && start(before) === start(one));
      if (other < 0) return [];
      const zh = `与第 ${other + 1} 项同时起效，取哪一项不明`;
      return [fault('permit.twice', [...at, n], zh, `begins together with entry ${other + 1}: which one holds is not clear`)];
    });
  return [
    ...overlap(item.limits ?? [], ({ code, basis, converted }) => `${code}|${basis}|${converted ?? false}`, [...path, 'limits']),
    ...overlap(item.permit?.caps ?? [], ({ code, per }) => `${code}|${per}`, [...path, 'permit', 'caps']),
  ];
}

/** Further channels of an outfall are there and of the kind that is needed. */
function channelsOf({ item, path }: Placed<Outfall>, draft: Draft): Finding[] {
  const amounts = ['counter', 'rate'];
  const wanted: [string | undefined, Path, readonly string[]][] = [
    [item.flow, [...path, 'flow'], amounts],
    [item.treatment?.electricity, [...path, 'treatment', 'electricity'], amounts],
    [item.treatment?.load, [...path, 'treatment', 'load'], amounts],
  ];
  const kinds = wanted.flatMap(([id, at, allowed]) => {
    const channel = draft.channels.find((candidate) => candidate.id === id)?.item;
    if (channel === undefined || allowed.includes(channel.kind)) return [];
    const zh = `${id} 是 ${channel.kind}，此处需要 ${allowed.join('、')}`;
    return [fault('channel.kind', at, zh, `${id} is a ${channel.kind}; here it must be one of ${allowed.join(', ')}`)];
  });
  if (item.gas !== undefined && item.kind === 'water') {
    kinds.push(fault('outfall.gas', [...path, 'gas'], `废水排放口 ${item.id} 没有烟气状态`, `the outfall ${item.id} is one of water`));
  }
  if (item.gas?.reference !== undefined && item.gas.oxygen === undefined) {
    const zh = `排放口 ${item.id} 规定了基准氧含量而没有氧量通道，无法折算`;
    kinds.push(
      warning(
        'outfall.oxygen',
        [...path, 'gas', 'reference'],
        zh,
        `${item.id} has a reference oxygen and no channel of oxygen: nothing can be converted`,
      ),
    );
  }
  return kinds;
}
