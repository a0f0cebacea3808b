import { type ChannelTotal, channelTotal } from '../balance/window/channel-total.ts';
import { readWindow } from '../balance/window/readings.ts';
import { specOf } from '../balance/window/spec.ts';
import type { DecodeRaw } from '../collector/import/again.ts';
import { openJournalReader } from '../collector/journal/reader.ts';
import type { JournalGroup } from '../collector/journal/record.ts';
import { writtenBefore } from '../collector/journal/segment.ts';
import { qualityChecks } from '../collector/recorder/checks.ts';
import { qualityStage } from '../collector/sample/quality.ts';
import { decoderOf } from '../collector/sources/modbus/registers.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import { isModbusRead } from '../config/plant/registers.ts';
import type { ModbusRead } from '../config/plant/schema.ts';
import { formatInstant } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { journalDir } from './collecting.ts';
import { columns } from './columns.ts';
import { decodedReader } from './decoded-reader.ts';
import { decoderBy, readingsAMs } from './decoders.ts';

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
  /** Channels whose registers say something else: their totals are those of the journal's registers, decoded as the file would have it. */
  readonly decodedAgain: readonly string[];
  /** Channels that would be read otherwise, and whose stored readings stay what they are. */
  readonly decodedOtherwise: readonly string[];
}

/** The journal from the last group that was written before an instant. */
export type GroupsSince = (timeMs: number) => Promise<AsyncIterable<JournalGroup>>;

/** What another version of a plant file would do to the totals of the last 30 days, from what the journal holds; null where it holds nothing. */
export async function totalChanges(before: Plant, after: Plant, nowMs: number): Promise<TotalChanges | null> {
  const reader = await openCaughtUpReader(before);
  try {
    return await totalChangesFrom(reader, await registersOf(before), before, after, nowMs);
  } finally {
    await reader.close();
  }
}

/** Null where no journal lies here: the readings came to a store from somewhere else, or there are none. */
async function registersOf(plant: Plant): Promise<GroupsSince | null> {
  try {
    const journal = await openJournalReader(journalDir(plant));
    return async (timeMs) => journal.groups(await writtenBefore(journal.dir, timeMs));
  } catch (error) {
    if (error instanceof Fault && error.code === 'journal.absent') return null;
    throw error;
  }
}

/** @param groups null where no registers are kept: then nothing is decoded again. */
export async function totalChangesFrom(
  reader: StoreReader,
  groups: GroupsSince | null,
  before: Plant,
  after: Plant,
  nowMs: number,
): Promise<TotalChanges | null> {
  if ((await reader.counts()).size === 0) return null;
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const window = { fromMs: toMs - DAYS * DAY_MS, toMs };
  const touched = [...new Set([...before.channels.keys(), ...after.channels.keys()])].filter(
    (id) => printOf(before.channels.get(id)) !== printOf(after.channels.get(id)),
  );
  const decoders: ReadonlyMap<string, DecodeRaw> = groups === null ? new Map() : otherDecoders(before, after, touched);
  const old = await totalsOf(reader, before, touched, window);
  const now = await totalsOf(
    reader,
    after,
    touched.filter((id) => !decoders.has(id)),
    window,
  );
  for (const few of fewAtOnce(before, [...decoders.keys()])) {
    const by = {
      decoders: new Map(few.map((id) => [id, decoders.get(id)!])),
      judge: qualityStage(qualityChecks(few.map((id) => after.channels.get(id)!))),
      fromMs: window.fromMs - MARGIN_MS,
      toMs: window.toMs + MARGIN_MS,
    };
    const decoded = await decodedReader(reader, await groups!(by.fromMs), by);
    for (const [id, total] of await totalsOf(decoded, after, few, window)) now.set(id, total);
  }
  const changes = touched.flatMap((channel) => changeOf(channel, old.get(channel), now.get(channel)));
  const decodedOtherwise = touched.filter((id) => {
    const [was, is] = [before.channels.get(id), after.channels.get(id)];
    return was !== undefined && is !== undefined && !decoders.has(id) && JSON.stringify(was.read) !== JSON.stringify(is.read);
  });
  const at = (timeMs: number) => formatInstant(timeMs, after.offsetMinutes);
  return { from: at(window.fromMs), to: at(window.toMs), changes, decodedAgain: [...decoders.keys()], decodedOtherwise };
}

/** Of the channels, those whose kept registers would be decoded otherwise, each with how. */
function otherDecoders(before: Plant, after: Plant, touched: readonly string[]): Map<string, DecodeRaw> {
  const otherwise = touched.filter((id) => {
    const [was, is] = [before.channels.get(id), after.channels.get(id)];
    if (was === undefined || is === undefined || !isModbusRead(was.read) || !isModbusRead(is.read)) return false;
    return decodingOf(was, was.read) !== decodingOf(is, is.read);
  });
  const version = [{ fromMs: Number.NEGATIVE_INFINITY, plant: before }];
  return new Map(
    otherwise.flatMap((id) => {
      const known = decoderOf(after.channels.get(id)!, before.channels.get(id)!.read as ModbusRead) !== null;
      const decode = known ? decoderBy(after, id, version) : null;
      return decode === null ? [] : [[id, decode] as const];
    }),
  );
}

/** What of a channel its value follows from, its registers being what they are; an interval is none of it. */
function decodingOf({ range }: Channel, { every: _every, change: _change, device: _device, unit: _unit, ...decoding }: ModbusRead): string {
  return JSON.stringify([decoding, decoding.signal === undefined ? null : (range ?? null)]);
}

/** Readings that are held in memory at once, in days of the window. */
const MOST = 3_000_000;
const MARGIN_MS = 8 * DAY_MS;

/** Channels in lots that have at most so many readings in the window; one at least. */
function* fewAtOnce(plant: Plant, channels: readonly string[]): Generator<string[]> {
  let few: string[] = [];
  let readings = 0;
  for (const id of channels) {
    const own = readingsAMs(plant, id) * DAYS * DAY_MS;
    if (few.length > 0 && readings + own > MOST) {
      yield few;
      [few, readings] = [[], 0];
    }
    few.push(id);
    readings += own;
  }
  if (few.length > 0) yield few;
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
  const { from, to, changes, decodedAgain, decodedOtherwise } = result;
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
  if (decodedAgain.length > 0) {
    lines.push(
      `  按日志中保存的寄存器重新解码计算；应用后用 decode-again 改正已存读数 by the registers in the journal; once applied, decode-again corrects what is stored: ${decodedAgain.join(', ')}`,
    );
  }
  if (decodedOtherwise.length > 0) {
    lines.push(
      `  改变读取方式的通道，已存读数保持原样 read otherwise from now on, stored readings stay as they are: ${decodedOtherwise.join(', ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
