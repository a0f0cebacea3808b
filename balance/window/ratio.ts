import type { Channel } from '../../config/plant/plant.ts';
import { instantMs } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';
import type { Window } from './window.ts';

/** A sub-span with one ratio: primary quantity ÷ decoded value. */
export interface RatioSpan extends Window {
  readonly ratio: number;
}

/**
 * The window cut at the dates where the channel's ratio changes. Before the first dated ratio the first one holds: a meter has a ratio
 * from its first day, and the ledger's date says when it was written down. Without ratios it is 1.
 *
 * The meter's own channel takes display × CT × PT × factor. A further channel of the instrument takes CT and PT where it is a counter
 * or a rate, and 1 otherwise: its register has its own display.
 *
 * @throws Fault `meter.ratio` for a CT or PT that is no fraction such as 400/5.
 */
export function ratioSpans(channel: Channel, window: Window, offsetMinutes: number): readonly RatioSpan[] {
  const own = channel.id === channel.meter.id;
  const transformed = own || channel.kind === 'counter' || channel.kind === 'rate';
  const dated = datedRatios(channel, offsetMinutes);
  const spans: RatioSpan[] = [];
  for (const [index, { atMs, display, transformers }] of dated.entries()) {
    const fromMs = index === 0 ? window.fromMs : Math.max(window.fromMs, atMs);
    const toMs = Math.min(window.toMs, dated[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
    if (toMs <= fromMs) continue;
    spans.push({ fromMs, toMs, ratio: (own ? display : 1) * (transformed ? transformers : 1) });
  }
  return spans.length > 0 ? spans : [{ ...window, ratio: 1 }];
}

interface DatedRatio {
  readonly atMs: number;
  /** Display × factor. */
  readonly display: number;
  /** CT × PT. */
  readonly transformers: number;
}

/** A meter's ratios by date. The ledger writes them as text, and a window asks for them more than once. */
function datedRatios(channel: Channel, offsetMinutes: number): readonly DatedRatio[] {
  const { ratios } = channel.meter;
  const known = DATED.get(ratios);
  if (known?.offsetMinutes === offsetMinutes) return known.dated;
  const dated = ratios
    .map(({ from, display, factor, ct, pt }) => ({
      atMs: instantMs(from, offsetMinutes),
      display: display * factor,
      transformers: fraction(ct, channel) * fraction(pt, channel),
    }))
    .sort((a, b) => a.atMs - b.atMs);
  DATED.set(ratios, { offsetMinutes, dated });
  return dated;
}
const DATED = new WeakMap<Channel['meter']['ratios'], { readonly offsetMinutes: number; readonly dated: readonly DatedRatio[] }>();

/** `400/5` → 80; 1 where there is no transformer. */
function fraction(text: string | undefined, channel: Channel): number {
  if (text === undefined) return 1;
  const match = /^\s*(\d+(?:\.\d+)?)\s*[/:]\s*(\d+(?:\.\d+)?)\s*$/.exec(text);
  const ratio = match ? Number(match[1]) / Number(match[2]) : Number.NaN;
  if (!(ratio > 0) || !Number.isFinite(ratio)) {
    throw new Fault({
      code: 'meter.ratio',
      place: channel.meter.id,
      zh: `互感器变比“${text}”应写成 400/5 这样的形式`,
      en: `transformer ratio "${text}" should read like 400/5`,
    });
  }
  return ratio;
}
