import type { Path } from '../document.ts';
import type { Draft, PlacedChannel } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { isLooked, type LookedRead } from '../looks.ts';
import { durationMs } from '../time.ts';

/** Looks between the readings fit the interval, and a dead-band fits what is measured. */
export function lookFindings(draft: Draft): Finding[] {
  return draft.channels.flatMap((channel) => {
    const { read } = channel.item;
    return isLooked(read) ? [...ofSampling(channel.path, read), ...ofBand(channel, read)] : [];
  });
}

function ofSampling(path: Path, { every, change: { sampling } }: LookedRead): Finding[] {
  const [dueMs, lookMs] = [durationMs(every), durationMs(sampling)];
  if (lookMs < dueMs && dueMs % lookMs === 0) return [];
  const zh = `sampling ${sampling} 应是 every ${every} 的整分数，且比它短：在到期的读数之间观察`;
  const en = `sampling ${sampling} must be a divisor of every ${every} and shorter: it is looked at between the readings that are due`;
  return [fault('change.sampling', [...path, 'read', 'change', 'sampling'], zh, en)];
}

function ofBand({ id, item, path }: PlacedChannel, read: LookedRead): Finding[] {
  const { absolute, percent } = read.change;
  const found: Finding[] = [];
  const add = (key: 'absolute' | 'percent' | null, zh: string, en: string) =>
    found.push(fault('change.band', [...path, 'read', 'change', ...(key === null ? [] : [key])], zh, en));
  const key = absolute !== undefined ? 'absolute' : percent !== undefined ? 'percent' : null;
  const type = 'type' in read ? read.type : null;
  if (item.kind === 'batch') {
    add(
      null,
      `${id} 的每个读数都计入总量（kind: batch），不能在其间再观察`,
      `each reading of ${id} counts (kind: batch): it cannot be looked at in between`,
    );
  }
  if (key !== null && (type === 'bit' || type === 'string' || item.kind === 'state')) {
    add(key, `${id} 是状态，没有死区；任何变化请写 change: {}`, `${id} is a state and has no dead-band; for every change say change: {}`);
  } else if (percent !== undefined && item.kind === 'counter') {
    add(
      key,
      `计数器的 range 是其流量的量程；死区请写 absolute`,
      `the range of a counter is that of its flow: give the dead-band as absolute`,
    );
  } else if (percent !== undefined && item.range === undefined) {
    add(key, `死区写成 percent 需要通道的 range（量程）`, `a dead-band in percent needs the range of its channel`);
  } else if (absolute !== undefined && item.kind !== 'counter' && item.range !== undefined && absolute >= item.range[1] - item.range[0]) {
    add(
      key,
      `死区 ${absolute} 不小于量程：不会保留任何变化`,
      `a dead-band of ${absolute} is as wide as the range: no change would be kept`,
    );
  }
  return found;
}
