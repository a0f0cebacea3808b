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
  const dated = channel.meter.ratios
    .map((entry) => ({ atMs: instantMs(entry.from, offsetMinutes), entry }))
    .sort((a, b) => a.atMs - b.atMs);
  const own = channel.id === channel.meter.id;
  const transformed = own || channel.kind === 'counter' || channel.kind === 'rate';
  const spans: RatioSpan[] = [];
  for (const [index, { atMs, entry }] of dated.entries()) {
    const fromMs = index === 0 ? window.fromMs : Math.max(window.fromMs, atMs);
    const toMs = Math.min(window.toMs, dated[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
    if (toMs <= fromMs) continue;
    const transformers = fraction(entry.ct, channel) * fraction(entry.pt, channel);
    spans.push({ fromMs, toMs, ratio: (own ? entry.display * entry.factor : 1) * (transformed ? transformers : 1) });
  }
  return spans.length > 0 ? spans : [{ ...window, ratio: 1 }];
}

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
