import { dimensionOf, isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { Stock } from '../schema.ts';
import { pileFindings } from './piles.ts';
import { stateFindings } from './steam.ts';

/** A stock is read by a level or surveyed, and what is read or surveyed becomes an amount of its medium in one way. */
export function stockFindings(draft: Draft): Finding[] {
  const media = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  return draft.stocks.flatMap(({ item, path }) => {
    if ((item.meter === undefined) === (item.pile === undefined)) {
      const zh = `库存 ${item.id} 须给出 meter（料位）或 pile（堆场盘点）之一，且只能有一个`;
      return [fault('stock.source', path, zh, `the stock ${item.id} needs exactly one of meter (a gauge) and pile (surveys)`)];
    }
    const unit = media.get(item.medium);
    return item.pile ? ofPile(draft, { item, path }, unit) : ofGauge(draft, { item, path }, unit);
  });
}

function ofPile(draft: Draft, { item, path }: Placed<Stock>, unit: string | undefined): Finding[] {
  const idle = (['strapping', 'density'] as const).filter((key) => item[key] !== undefined);
  const given = !isPlain(item) ? [...idle, 'perUnit'] : idle;
  const found = given.map((key) => {
    const zh = `库存 ${item.id} 由堆场盘点求得，不用 ${key}`;
    return fault('stock.source', [...path, key], zh, `the stock ${item.id} is surveyed: it takes no ${key}`, 'key');
  });
  return [...found, ...pileFindings(item.pile!, unit, [...path, 'pile'], draft.offsetMinutes)];
}

function ofGauge(draft: Draft, { item, path }: Placed<Stock>, unit: string | undefined): Finding[] {
  const channel = draft.channels.find((candidate) => candidate.id === item.meter)?.item;
  const state = item.density ? stateFindings(draft, item.density.temperature, 'degC', [...path, 'density', 'temperature']) : [];
  if (!channel) return state;
  if (channel.kind !== 'level') {
    const zh = `库存 ${item.id} 需要 kind: level 的通道，${item.meter} 是 ${channel.kind}`;
    return [
      ...state,
      fault('stock.channel-kind', [...path, 'meter'], zh, `the stock ${item.id} needs a level, ${item.meter} is a ${channel.kind}`),
    ];
  }
  const counted = item.strapping?.unit ?? channel.unit;
  if (unit === undefined || !isUnit(unit) || !isUnit(counted)) return state;
  if (item.density) return [...state, ...ofDensity(item, unit, counted, path)];
  if (!isPlain(item) || isConvertible(counted, unit)) return state;
  const zh = `库存 ${item.id} 的读数单位 ${counted} 不能换算为 ${unit}；请在 perUnit 写明每单位读数的量`;
  return [fault('unit.misfit', [...path, 'meter'], zh, `the stock ${item.id} reads in ${counted}, which is no ${unit}: state perUnit`)];
}

/** A density stands alone, turns a volume into the unit of the medium, and has one at a constant temperature. */
function ofDensity(item: Stock, unit: string, counted: string, path: Path): Finding[] {
  const density = item.density!;
  const found: Finding[] = [];
  if (!isPlain(item)) {
    const zh = `库存 ${item.id} 的 density 与 perUnit 只能给出一个`;
    found.push(fault('stock.density', [...path, 'perUnit'], zh, `the stock ${item.id} takes density or perUnit, not both`, 'key'));
  }
  if (dimensionOf(counted) !== 'volume') {
    const zh = `库存 ${item.id} 以 ${counted} 计，不是体积：密度需要 strapping 容积表或以体积计的读数`;
    const en = `the stock ${item.id} counts in ${counted}, which is no volume: a density needs a strapping table or a reading of volume`;
    found.push(fault('stock.density', [...path, 'density'], zh, en));
  } else if (isUnit(density.unit) && !isConvertible(density.unit, `${unit}/${counted}`)) {
    const zh = `密度的单位 ${density.unit} 不能换算为 ${unit}/${counted}`;
    found.push(fault('unit.misfit', [...path, 'density', 'unit'], zh, `${density.unit} does not convert into ${unit}/${counted}`));
  }
  const { temperature, points } = density;
  if (points && 'value' in temperature && temperature.unit === 'degC') {
    const [low, high] = [points[0]![0], points.at(-1)![0]];
    if (temperature.value < low || temperature.value > high) {
      const zh = `温度 ${temperature.value} ℃ 在密度表（${low}…${high} ℃）之外`;
      const en = `${temperature.value} degC lies outside of the table of densities (${low} to ${high} degC)`;
      found.push(fault('stock.density', [...path, 'density', 'temperature'], zh, en));
    }
  }
  return found;
}

function isPlain({ perUnit }: Stock): boolean {
  return perUnit.value === 1 && perUnit.basis === 'definition';
}
