import type { Composites } from '../../config/plant/composites.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import { type Quantity, quantity } from '../window/quantity.ts';
import { hoursOf, type Window } from '../window/window.ts';

/**
 * The mean over the window of what composite samples say, in their unit, each weighted by the time that it is valid for within it. null
 * where none is valid in the window.
 *
 * Each composite's uncertainty is its own. The share of the window for which none is valid takes the mean of the others, with their
 * standard deviation (of a single one |value| ÷ √3: anything from nothing to double) for that whole share, and is told to `note`.
 *
 * @param name under which the sources of uncertainty stand
 */
export function compositeMean(
  { composites, unit }: Composites,
  name: string,
  window: Window,
  offsetMinutes: number,
  note: (text: string) => void,
): Quantity | null {
  const valid = composites
    .map(({ from, to, value, u }) => {
      const fromMs = Math.max(window.fromMs, instantMs(from, offsetMinutes));
      const toMs = Math.min(window.toMs, instantMs(to, offsetMinutes));
      return { fromMs, hours: Math.max(0, hoursOf({ fromMs, toMs })), value, u, from };
    })
    .filter(({ hours }) => hours > 0);
  const covered = valid.reduce((total, { hours }) => total + hours, 0);
  const range = `${formatInstant(window.fromMs, offsetMinutes)} – ${formatInstant(window.toMs, offsetMinutes)}`;
  if (covered === 0) {
    note(`no composite of ${name} is valid in ${range}`);
    return null;
  }
  const mean = valid.reduce((total, { hours, value }) => total + hours * value, 0) / covered;
  const parts = valid.map(({ hours, u, from }): [string, number] => [`composite ${name} ${from}`, (u * hours) / covered]);
  const missing = Math.max(0, 1 - covered / hoursOf(window));
  if (missing > 1e-9) {
    note(`no composite of ${name} is valid for ${missing.toFixed(4)} of ${range} (${unit})`);
    const squares = valid.reduce((total, { value }) => total + (value - mean) ** 2, 0);
    const spread = valid.length < 2 ? Math.abs(mean) / Math.sqrt(3) : Math.sqrt(squares / (valid.length - 1));
    parts.push([`missing composite ${name}`, spread * missing]);
  }
  return quantity(mean, parts);
}
