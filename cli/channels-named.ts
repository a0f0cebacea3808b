import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { nearest } from '../config/words/nearest.ts';

/**
 * The channel of a name, or all channels of the meter of that name.
 *
 * @throws Fault mark.channel
 */
export function channelsNamed(plant: Plant, name: string): string[] {
  const found = [...plant.channels.values()].filter(({ id, meter }) => id === name || meter.id === name).map(({ id }) => id);
  if (found.length > 0) return found;
  const near = nearest(name, [...plant.channels.keys()]);
  throw new Fault({
    code: 'mark.channel',
    place: name,
    zh: `没有这个通道或计量器具${near === undefined ? '' : `；是“${near}”吗？`}`,
    en: `there is no such channel or meter${near === undefined ? '' : `; do you mean ${near}?`}`,
  });
}
