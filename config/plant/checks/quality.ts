import type { Draft, PlacedChannel } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { isLooked } from '../looks.ts';
import { durationMs } from '../time.ts';

/** Quality checks that can be passed and failed: limits around something, and a frozen value not told from a single reading. */
export function qualityFindings(draft: Draft): Finding[] {
  return draft.channels.flatMap((channel) => [...ofLimits(channel), ...ofFrozen(channel)]);
}

function ofLimits({ id, item, path }: PlacedChannel): Finding[] {
  const limits = item.quality?.limits;
  if (limits === undefined || limits[0] < limits[1]) return [];
  const zh = `${id} 的 limits 下限 ${limits[0]} 不小于上限 ${limits[1]}：每个读数都会超限`;
  const en = `the limits of ${id} leave nothing between ${limits[0]} and ${limits[1]}: every reading would be out of range`;
  return [fault('quality.limits', [...path, 'quality', 'limits'], zh, en)];
}

function ofFrozen({ id, item, path }: PlacedChannel): Finding[] {
  const frozen = item.quality?.frozen;
  const every = isLooked(item.read) ? item.read.change.sampling : item.read?.every;
  if (frozen === undefined || every === undefined || durationMs(frozen.for) >= 2 * durationMs(every)) return [];
  const zh = `${id} 每 ${every} 读一次，${frozen.for} 不变即判为不变，只凭一两个读数；请至少写两个周期`;
  const en = `${id} is read every ${every}: after ${frozen.for} one or two readings decide that it is frozen; give it two intervals at least`;
  return [warning('quality.frozen', [...path, 'quality', 'frozen', 'for'], zh, en)];
}
