import { type ChannelTotal, channelTotal } from '../balance/window/channel-total.ts';
import { readWindow } from '../balance/window/readings.ts';
import { specOf } from '../balance/window/spec.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import { formatInstant } from '../config/plant/time.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { columns } from './columns.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Totals that differ by less are the same number. */
const SAME = 1e-9;

/** What a channel added up to in the last 30 days, by the plant file as it is and as it would be. */
export interface TotalChange {
  readonly channel: string;
  readonly before: { readonly total: number | null; readonly unit: string } | null;
  readonly after: { readonly total: number | null; readonly unit: string } | null;
  /** after ÷ before − 1, per cent; null where one of them is not there, is 0, or has another unit. */
  readonly changePercent: number | null;
}

export interface TotalChanges {
  readonly from: string;
  readonly to: string;
  /** Only channels whose total would change. */
  readonly changes: readonly TotalChange[];
  /** Channels that would be read or decoded otherwise: what is stored stays as it was decoded when it was read. */
  readonly decodedOtherwise: readonly string[];
}

/** What another version of a plant file would do to the totals of the last 30 days, from what the journal holds; null where it holds nothing. */
export async function totalChanges(before: Plant, after: Plant, nowMs: number): Promise<TotalChanges | null> {
  const reader = await openCaughtUpReader(before);
  try {
    return await totalChangesFrom(reader, before, after, nowMs);
  } finally {
    await reader.close();
  }
}

export async function totalChangesFrom(reader: StoreReader, before: Plant, after: Plant, nowMs: number): Promise<TotalChanges | null> {
  if ((await reader.counts()).size === 0) return null;
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const window = { fromMs: toMs - DAYS * DAY_MS, toMs };
  const touched = [...new Set([...before.channels.keys(), ...after.channels.keys()])].filter(
    (id) => printOf(before.channels.get(id)) !== printOf(after.channels.get(id)),
  );
  const [old, now] = [await totalsOf(reader, before, touched, window), await totalsOf(reader, after, touched, window)];
  const changes = touched.flatMap((channel) => changeOf(channel, old.get(channel), now.get(channel)));
  const decodedOtherwise = touched.filter((id) => {
    const [was, is] = [before.channels.get(id), after.channels.get(id)];
    return was !== undefined && is !== undefined && JSON.stringify(was.read) !== JSON.stringify(is.read);
  });
  const at = (timeMs: number) => formatInstant(timeMs, after.offsetMinutes);
  return { from: at(window.fromMs), to: at(window.toMs), changes, decodedOtherwise };
}

async function totalsOf(
  reader: StoreReader,
  plant: Plant,
  ids: readonly string[],
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<Map<string, ChannelTotal>> {
  const channels = ids.flatMap((id) => {
    const channel = plant.channels.get(id);
    return channel !== undefined && (channel.kind === 'counter' || channel.kind === 'rate' || channel.kind === 'batch') ? [channel] : [];
  });
  const specs = channels.map((channel) => ({ channel, spec: specOf(channel, plant.offsetMinutes) }));
  const readings = await readWindow(reader, specs, window);
  return new Map(channels.map(({ id }) => [id, channelTotal(readings.get(id)!, window, plant.offsetMinutes)]));
}

function changeOf(channel: string, before: ChannelTotal | undefined, after: ChannelTotal | undefined): TotalChange[] {
  const plain = (total: ChannelTotal | undefined) =>
    total === undefined ? null : { total: total.amount?.value ?? null, unit: total.unit };
  const [old, now] = [plain(before), plain(after)];
  const comparable = old !== null && now !== null && old.total !== null && now.total !== null && old.unit === now.unit;
  if (old?.total == null && now?.total == null) return [];
  if (comparable && Math.abs(now.total! - old.total!) <= SAME * Math.max(Math.abs(old.total!), Math.abs(now.total!))) return [];
  const changePercent = comparable && old.total !== 0 ? (now.total! / old.total! - 1) * 100 : null;
  return [{ channel, before: old, after: now, changePercent }];
}

/** What of a channel and its meter a total follows from. */
const printOf = (channel: Channel | undefined): string =>
  channel === undefined
    ? ''
    : JSON.stringify([{ ...channel, meter: null }, channel.meter.ratios, channel.meter.replacements, channel.meter.accuracy ?? null]);

/** The changes for a person: one line a channel. */
export function totalChangesText(result: TotalChanges | null): string {
  if (result === null) return '\n日志中没有读数，不能比较累计量\nthe journal holds no readings to compare totals of\n';
  const { from, to, changes, decodedOtherwise } = result;
  const lines = ['', `对 ${from} – ${to} 累计量的影响 effect on totals`];
  const shown = (one: TotalChange['before']): string =>
    one === null ? '—' : `${one.total === null ? '?' : one.total.toPrecision(7)} ${one.unit}`;
  if (changes.length === 0) lines.push('  无变化 none changes');
  else {
    const rows = changes.map(({ channel, before, after, changePercent }) => [
      `  ${channel}`,
      shown(before),
      '→',
      shown(after),
      changePercent === null ? '' : `${changePercent >= 0 ? '+' : '−'}${Math.abs(changePercent).toPrecision(3)} %`,
    ]);
    lines.push(columns(rows));
  }
  if (decodedOtherwise.length > 0) {
    lines.push(
      `  改变读取方式的通道，已存读数保持原样 read otherwise from now on, stored readings stay as they are: ${decodedOtherwise.join(', ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
