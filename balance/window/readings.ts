import { AT, HourPartials, WIDTH } from '../../collector/sample/hour-partials.ts';
import type { ChannelSpec } from '../../collector/sample/partial.ts';
import type { SampleColumns, StoreReader } from '../../collector/stores/store.ts';
import type { Channel } from '../../config/plant/plant.ts';
import { brokenHours } from './completeness.ts';
import { HOUR_MS, type Window } from './window.ts';

/** What a window needs of one channel, read once. */
export interface ChannelReadings {
  readonly channel: Channel;
  readonly spec: ChannelSpec;
  /** Ascending by hour, with the hours around the window that its ends are interpolated from. */
  readonly partials: HourPartials;
  /** Level: the readings around the ends. */
  readonly ends: readonly [SampleColumns, SampleColumns] | null;
  /** Batch: every ticket of the window. */
  readonly tickets: SampleColumns | null;
  /** Samples of the hours that hold a gap. */
  readonly broken: ReadonlyMap<number, SampleColumns>;
}

/** How far beyond the window a bracketing reading is looked for: a channel that is read by a source, and one read by hand or import. */
const MARGIN_MS = { read: 3 * HOUR_MS, byHand: 8 * 24 * HOUR_MS } as const;

/** Reads what the totals, means, stock changes and gaps of a window follow from. The only part of a balance that waits for a store. */
export async function readWindow(
  reader: StoreReader,
  channels: readonly { readonly channel: Channel; readonly spec: ChannelSpec }[],
  window: Window,
): Promise<ReadonlyMap<string, ChannelReadings>> {
  const result = new Map<string, ChannelReadings>();
  for (const [byHand, baseMs] of [[false, MARGIN_MS.read] as const, [true, MARGIN_MS.byHand] as const]) {
    const group = channels.filter(({ channel }) => (channel.read === undefined) === byHand);
    if (group.length === 0) continue;
    const marginMs = Math.max(baseMs, ...group.map(({ spec }) => spec.maxGapMs));
    const partials = await bracketed(
      reader,
      group.map(({ spec }) => spec),
      window,
      marginMs,
    );
    for (const { channel, spec } of group) {
      result.set(
        channel.id,
        await readChannel(reader, channel, spec, partials.get(channel.id) ?? new HourPartials(channel.id), window, marginMs),
      );
    }
  }
  return result;
}

/**
 * Partials of a window with those around it, as far as the readings that bracket it: as a rule the hour before and the hour behind, and
 * where these hold none, all within the margin.
 */
async function bracketed(
  reader: StoreReader,
  specs: readonly ChannelSpec[],
  { fromMs, toMs }: Window,
  marginMs: number,
): Promise<ReadonlyMap<string, HourPartials>> {
  const near = await reader.partials(specs, fromMs - HOUR_MS, toMs + HOUR_MS);
  const open = specs.filter(({ channel }) => !brackets(near.get(channel), fromMs, toMs));
  if (open.length === 0) return near;
  return new Map([...near, ...(await reader.partials(open, fromMs - marginMs, toMs + marginMs))]);
}

/** Whether readings that count lie on both sides of a window. */
function brackets(partials: HourPartials | undefined, fromMs: number, toMs: number): boolean {
  const numbers = partials?.numbers ?? [];
  let [before, after] = [false, false];
  for (let row = 0; row < numbers.length && !before; row += WIDTH) before = numbers[row + AT.firstMs]! <= fromMs;
  for (let row = numbers.length - WIDTH; row >= 0 && !after; row -= WIDTH) after = numbers[row + AT.lastMs]! >= toMs;
  return before && after;
}

async function readChannel(
  reader: StoreReader,
  channel: Channel,
  spec: ChannelSpec,
  partials: HourPartials,
  window: Window,
  marginMs: number,
): Promise<ChannelReadings> {
  const around = (atMs: number) => reader.samples(channel.id, atMs - marginMs, atMs + marginMs);
  const ends = channel.kind === 'level' ? ([await around(window.fromMs), await around(window.toMs)] as const) : null;
  const tickets = channel.kind === 'batch' ? await reader.samples(channel.id, window.fromMs, window.toMs) : null;
  const broken = new Map<number, SampleColumns>();
  for (const hourMs of brokenHours(partials, window)) broken.set(hourMs, await reader.samples(channel.id, hourMs, hourMs + HOUR_MS));
  return { channel, spec, partials, ends, tickets, broken };
}
