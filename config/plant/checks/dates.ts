import { Fault } from '../../words/fault.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { instantMs, offsetMinutesOf } from '../time.ts';

/** Every instant is one, what is dated stands in order of time, and no verification is overdue unnoticed. */
export function dateFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  const at = (text: string | undefined, path: Path): number | undefined => {
    try {
      return text === undefined ? undefined : instantMs(text, draft.offsetMinutes);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      found.push(fault(error.code, path, error.zh, error.en));
      return undefined;
    }
  };
  const after = (early: number | undefined, late: number | undefined, path: Path, zh: string, en: string) => {
    if (early !== undefined && late !== undefined && late <= early) found.push(fault('date.order', path, zh, en));
  };
  const { offset, productionDay } = draft.plant;
  if (typeof draft.plant.at === 'string') at(draft.plant.at, ['plant', 'at']);
  if (typeof offset === 'string' && /^[+-]\d\d:\d\d$/.test(offset) && !isOffset(offset)) {
    found.push(fault('time.offset', ['plant', 'offset'], `没有 ${offset} 这样的时区`, `there is no offset ${offset} from UTC`));
  }
  if (typeof productionDay === 'string' && /^\d\d:\d\d$/.test(productionDay) && !/^([01]\d|2[0-3]):[0-5]\d$/.test(productionDay)) {
    found.push(fault('time.of-day', ['plant', 'productionDay'], `没有 ${productionDay} 这个钟点`, `there is no ${productionDay} o'clock`));
  }
  for (const { item, path } of draft.meters) {
    at(item.commissioned?.at, [...path, 'commissioned', 'at']);
    const done = at(item.verification?.date, [...path, 'verification', 'date']);
    const due = at(item.verification?.due, [...path, 'verification', 'due']);
    after(done, due, [...path, 'verification', 'due'], '有效期应晚于检定日期', 'it is due before it was done');
    if (due !== undefined && due <= draft.atMs && item.status !== 'out-of-service') {
      const zh = `${item.id} 的检定有效期 ${item.verification!.due} 已过`;
      found.push(
        warning(
          'meter.overdue',
          [...path, 'verification', 'due'],
          zh,
          `the verification of ${item.id} was due on ${item.verification!.due}`,
        ),
      );
    }
    if (item.verification !== undefined && item.verification.due === undefined && item.verification.interval === undefined) {
      const zh = `${item.id} 的证书未写有效期，也没有企业周期：只能按检定规程的周期判断，没有则不算可用`;
      const en = `${item.id}: neither a due day nor an interval; it may be used only where a regulation's period is held`;
      found.push(warning('meter.no-due', [...path, 'verification'], zh, en));
    }
    for (const list of ['ratios', 'replacements'] as const) {
      let before: number | undefined;
      const texts = list === 'ratios' ? item.ratios.map(({ from }) => from) : item.replacements.map((replaced) => replaced.at);
      const key = list === 'ratios' ? 'from' : 'at';
      for (const [index, text] of texts.entries()) {
        const now = at(text, [...path, list, index, key]);
        const elsewhere = list === 'replacements' && item.replacements[index]!.channel !== item.replacements[index - 1]?.channel;
        if (!elsewhere) after(before, now, [...path, list, index, key], `${list} 应按时间先后排列`, `${list} stand in order of time`);
        before = now ?? before;
      }
    }
    for (const [index, ratio] of item.ratios.entries()) {
      for (const key of ['ct', 'pt'] as const) {
        const text = ratio[key];
        if (text === undefined || /^\s*\d+(\.\d+)?\s*[/:]\s*0*[1-9]\d*(\.\d+)?\s*$/.test(text)) continue;
        const zh = `互感器变比“${text}”应写成 400/5 这样的形式`;
        found.push(fault('meter.ratio', [...path, 'ratios', index, key], zh, `the transformer ratio "${text}" should read like 400/5`));
      }
    }
  }
  for (const { item, path } of draft.points) {
    for (const [index, entry] of item.meters.entries()) {
      const place: Path = [...path, 'meters', index, 'to'];
      after(at(entry.from, [...path, 'meters', index, 'from']), at(entry.to, place), place, 'to 应晚于 from', 'to is not after from');
    }
  }
  for (const { id, item, path } of draft.channels) {
    if (item.range && item.range[0] >= item.range[1]) {
      found.push(fault('meter.range', [...path, 'range'], `${id} 的量程下限应小于上限`, `the range of ${id} starts below where it ends`));
    }
  }
  return found;
}

function isOffset(text: string): boolean {
  try {
    return Number.isFinite(offsetMinutesOf(text));
  } catch {
    return false;
  }
}

/** UTC ms of an instant; `otherwise` where it is absent or unreadable (which is reported on its own). */
export function instantOr(text: string | undefined, offsetMinutes: number, otherwise: number): number {
  try {
    return text === undefined ? otherwise : instantMs(text, offsetMinutes);
  } catch {
    return otherwise;
  }
}
