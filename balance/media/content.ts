import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { BalanceDefinition, Stream } from '../../config/plant/schema.ts';
import { type Quantity, quantity, scaled } from '../window/quantity.ts';
import type { Window } from '../window/window.ts';
import { compositeMean } from './composites.ts';
import { steamContent } from './steam-content.ts';

/** The mean of a concentration channel in a stream over the window, in the channel's unit; null where nothing was read. */
export type MeanOf = (channel: string, stream: Pick<Stream, 'id'>) => Quantity | null;

/**
 * What one unit of a stream's medium holds in the unit of a balance; undefined where it is not in the balance, null where it is and its
 * concentration meter read nothing, nobody measures it, no composite sample is valid, or the state of its steam is none that can be computed, which `note` is told.
 *
 * A number is exact. A factor carries its uncertainty under a name of its own: of the medium, so that every stream of it shares one error,
 * or of the stream that overrides it.
 */
export function contentOf(
  plant: Plant,
  balance: BalanceDefinition,
  stream: Pick<Stream, 'id' | 'medium' | 'content'>,
  meanOf: MeanOf,
  window: Window,
  note: (text: string) => void = () => {},
): Quantity | null | undefined {
  const medium = plant.media.get(stream.medium);
  const own = stream.content[balance.id];
  const stated = own ?? medium?.content[balance.id];
  if (medium === undefined || stated === undefined) return undefined;
  if (typeof stated === 'number') return quantity(stated);
  if (stated === 'unmeasured') return null;
  if ('composites' in stated) {
    const mean = compositeMean(stated, `${own === undefined ? medium.id : stream.id} ${balance.id}`, window, plant.offsetMinutes, note);
    return mean && scaled(mean, convert(1, stated.unit, `${balance.unit}/${medium.unit}`));
  }
  if ('value' in stated) return quantity(stated.value, [[`content ${own === undefined ? medium.id : stream.id} ${balance.id}`, stated.u]]);
  if ('steam' in stated) {
    try {
      const held = steamContent(plant, stated, own === undefined ? medium.id : stream.id, (channel) => meanOf(channel, stream));
      return held && scaled(held, convert(1, 'kJ/kg', `${balance.unit}/${medium.unit}`));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      note(`IF97: ${error.message}`);
      return null;
    }
  }
  const channel = plant.channels.get(stated.meter);
  const mean = meanOf(stated.meter, stream);
  if (channel === undefined || mean === null) return null;
  return scaled(mean, convert(1, channel.unit, `${balance.unit}/${medium.unit}`));
}
