import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { Outfall } from '../outfalls.ts';
import { deviationOf } from '../verdict.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** The quality register: in order of time, each verdict borne out by its own figures, no monitor without a check that it passed. */
export function monitorFindings(draft: Draft): Finding[] {
  return draft.outfalls.flatMap((outfall) => [...once(outfall), ...entriesOf(outfall, draft.offsetMinutes)]);
}

/** A code is measured by one monitor, an id is given once. */
function once({ item, path }: Placed<Outfall>): Finding[] {
  const found: Finding[] = [];
  const [ids, codes] = [new Set<string>(), new Map<string, string>()];
  for (const [n, monitor] of (item.monitors ?? []).entries()) {
    const at: Path = [...path, 'monitors', n];
    if (ids.has(monitor.id)) {
      found.push(fault('monitor.duplicate', [...at, 'id'], `监测仪“${monitor.id}”重复`, `the monitor "${monitor.id}" stands twice`));
    }
    ids.add(monitor.id);
    for (const [m, code] of monitor.codes.entries()) {
      const other = codes.get(code);
      if (other !== undefined) {
        const zh = `${code} 已由 ${other} 监测`;
        found.push(fault('monitor.twice', [...at, 'codes', m], zh, `${code} is measured by ${other} already`));
      }
      codes.set(code, monitor.id);
    }
  }
  return found;
}

function entriesOf({ item, path }: Placed<Outfall>, offsetMinutes: number): Finding[] {
  return (item.monitors ?? []).flatMap((monitor, n) => {
    const found: Finding[] = [];
    let beforeMs = Number.NEGATIVE_INFINITY;
    for (const [m, entry] of monitor.quality.entries()) {
      const at: Path = [...path, 'monitors', n, 'quality', m];
      found.push(...instantFinding(entry.at, [...at, 'at'], offsetMinutes));
      const atMs = instantOr(entry.at, offsetMinutes, beforeMs);
      if (atMs < beforeMs) {
        found.push(fault('monitor.order', [...at, 'at'], '质控记录应按时间先后排列', 'the quality register stands in order of time'));
      }
      beforeMs = atMs;
      const { deviation, within } = deviationOf(entry, monitor.range);
      const figure = deviation.toPrecision(3);
      if (within === null) {
        const zh = `${entry.id} 的限值不能用来判断：没有限值，或相对限值缺满量程、标准值为 0`;
        const en = `the limit of ${entry.id} says nothing: none is stated, or it is a per cent of an unknown full scale or of 0`;
        found.push(warning('monitor.limit', [...at, 'limit'], zh, en));
      } else if (within !== (entry.verdict === 'passed')) {
        const zh = `${entry.id} 的结论与数据不符：偏差 ${figure}，按所列限值应为${within ? '合格' : '不合格'}`;
        const en = `the verdict of ${entry.id} is not that of its figures: the deviation is ${figure}, which its limit ${within ? 'allows' : 'forbids'}`;
        found.push(fault('monitor.verdict', [...at, 'verdict'], zh, en));
      }
    }
    if (monitor.quality.length === 0) {
      const zh = `监测仪 ${monitor.id} 没有质控记录：缺失的排放量无法替代`;
      found.push(
        warning(
          'monitor.unchecked',
          [...path, 'monitors', n],
          zh,
          `no quality entry of ${monitor.id}: what is missing cannot be substituted`,
        ),
      );
    }
    return found;
  });
}
