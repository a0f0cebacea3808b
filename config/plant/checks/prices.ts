import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { Price } from '../prices.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

const DAY_MINUTES = 1440;

/** A price is one number or fills the day once; those of a medium follow each other; causes stand at what is lost. */
export function priceFindings(draft: Draft): Finding[] {
  return [...draft.prices.flatMap((price) => ofPrice(draft, price)), ...datesOf(draft), ...causesOf(draft)];
}

function ofPrice(draft: Draft, { item: price, path }: Placed<Price>): Finding[] {
  const found: Finding[] = [];
  for (const key of ['from', 'to'] as const) found.push(...instantFinding(price[key], [...path, key], draft.offsetMinutes));
  const unit = draft.media.find(({ item }) => item.id === price.medium)?.item.unit;
  if (unit !== undefined && isUnit(unit) && !isConvertible(price.per, unit)) {
    const zh = `价格以 ${price.per} 计，${price.medium} 以 ${unit} 计，不能换算`;
    found.push(fault('price.unit', [...path, 'per'], zh, `a price per ${price.per} of ${price.medium}, which counts in ${unit}`));
  }
  if ((price.value === undefined) === (price.periods === undefined)) {
    found.push(fault('price.choice', path, 'value 与 periods 须给且只给其一', 'give exactly one of value and periods'));
  }
  return price.periods === undefined ? found : [...found, ...dayOf(price, [...path, 'periods'])];
}

/** Every minute of the day has one price. */
function dayOf(price: Price, path: Path): Finding[] {
  const found: Finding[] = [];
  const taken = new Array<number>(DAY_MINUTES).fill(0);
  for (const [index, { hours = [] }] of price.periods!.entries()) {
    for (const [at, text] of hours.entries()) {
      const [from, to] = text.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)));
      const place: Path = [...path, index, 'hours', at];
      if (!(to! > from!)) {
        const zh = `时段 ${text} 应结束在开始之后；跨零点的请分成两段`;
        found.push(fault('price.hours', place, zh, `the hours ${text} end before they start; write those over midnight in two parts`));
        continue;
      }
      if (taken.slice(from, to).some((n) => n > 0)) {
        found.push(fault('price.overlap', place, `时段 ${text} 与另一时段重叠`, `the hours ${text} overlap others`));
      }
      taken.fill(1, from, to);
    }
  }
  const open = price.periods!.filter(({ hours }) => hours === undefined).length;
  const free = taken.indexOf(0);
  if (open > 1 || (open === 0 && free >= 0)) {
    const time = `${String(Math.floor(free / 60)).padStart(2, '0')}:${String(free % 60).padStart(2, '0')}`;
    const zh = open > 1 ? '只能有一个时段不写 hours（其余时间）' : `${time} 起的时间没有价格；可让一个时段不写 hours，即其余时间`;
    const en = open > 1 ? 'only one period may go without hours (the rest)' : `no price from ${time}; a period without hours has the rest`;
    found.push(fault('price.gap', path, zh, en));
  }
  return found;
}

/** Entries of one medium do not hold at the same time. */
function datesOf({ prices, offsetMinutes }: Draft): Finding[] {
  const span = ({ item }: Placed<Price>) => {
    const fromMs = instantOr(item.from, offsetMinutes, Number.NaN);
    return { fromMs, toMs: instantOr(item.to, offsetMinutes, Number.POSITIVE_INFINITY) };
  };
  return prices.flatMap((price, index) => {
    const own = span(price);
    const other = prices.slice(0, index).find((earlier) => {
      const { fromMs, toMs } = span(earlier);
      return earlier.item.medium === price.item.medium && fromMs < own.toMs && own.fromMs < toMs;
    });
    if (own.toMs > own.fromMs && other === undefined) return [];
    if (Number.isNaN(own.fromMs)) return [];
    const zh = `${price.item.medium} 的价格有效期${other ? `与自 ${other.item.from} 的一条重叠` : '应结束在开始之后'}`;
    const en = `the dates of this price of ${price.item.medium} ${other ? `overlap those from ${other.item.from}` : 'end before they start'}`;
    return [fault('price.dates', [...price.path, other ? 'from' : 'to'], zh, en)];
  });
}

function causesOf({ streams }: Draft): Finding[] {
  return streams.flatMap(({ item, path }) => {
    const lost = item.role === 'loss' || item.role === 'waste' || item.role === 'discharge' || item.use?.includes('leaked');
    if (item.causes === undefined || lost) return [];
    const zh = `${item.id} 写了损失原因（causes），但不是损失、废弃物、排放或漏失`;
    return [fault('loss.cause', [...path, 'causes'], zh, `${item.id} has causes of loss but is no loss, waste, discharge or leak`, 'key')];
  });
}
