import { z } from 'zod';
import { instantMs } from '../../config/plant/time.ts';
import { Refusal } from './refusal.ts';
import type { Services } from './services.ts';

const instant = z.string().max(40);

/** A stretch of time as questions name it. */
export const stretchSchema = z.object({
  from: instant.optional().describe('ISO 8601 with its offset, or a date of the plant'),
  to: instant.optional().describe('exclusive'),
});
export const windowSchema = z.object({ from: instant, to: instant });

/** @throws Refusal 400 for what is no instant, ends before it begins, or is longer than `longestMs`. */
export function stretchOf(
  { plant }: Services,
  { from, to }: z.output<typeof stretchSchema>,
  byDefaultMs: number,
  longestMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const at = (text: string): number => {
    try {
      return instantMs(text, plant.offsetMinutes);
    } catch {
      throw new Refusal(400, 'bad-time');
    }
  };
  const toMs = to === undefined ? (from === undefined ? Date.now() : Math.min(Date.now(), at(from) + byDefaultMs)) : at(to);
  const fromMs = from === undefined ? toMs - byDefaultMs : at(from);
  if (!(toMs > fromMs) || toMs - fromMs > longestMs) throw new Refusal(400, 'bad-time');
  return { fromMs, toMs };
}
