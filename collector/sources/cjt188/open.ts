import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Cjt188Read, Device } from '../../../config/plant/schema.ts';
import type { Origin } from '../../sample/sample.ts';
import { type Asked, askedKey, askedOf, groupOf } from '../asked.ts';
import type { Clock } from '../clock.ts';
import { openerOf, settingsOf } from '../meter-device.ts';
import { MeterLineSource, type Reading } from '../meter-line.ts';
import type { Source } from '../source.ts';
import { questionOf } from './frame.ts';
import { clockIn, quantityIn } from './quantity.ts';

type Cjt188Device = Extract<Device, { protocol: 'cjt188-tcp' | 'cjt188-serial' }>;

/** Unit in which a meter tells each quantity; a meter that tells it in another is not read as if it were this one. */
const UNIT_OF = { total: 'm3', settlement: 'm3', cooling: 'kWh', heat: 'kWh', power: 'kW', volume: 'm3' } as const;

/** Water, heat and gas meters on one line. Channels of one meter and interval are read by one question. */
export function openCjt188(device: Cjt188Device, channels: readonly Channel[], plant: Plant, origin: Origin, clock: Clock): Source {
  const byQuestion = new Map<string, { readonly read: Cjt188Read; readonly channels: (Asked & Reading['channels'][number])[] }>();
  for (const { id, read, range } of channels) {
    if (read === undefined || !('quantity' in read)) continue;
    const asked = askedOf({ read, range }, read.every);
    const key = `${read.kind} ${read.meter} ${read.identifier} ${askedKey(asked)}`;
    const group = byQuestion.get(key) ?? { read, channels: [] };
    byQuestion.set(key, group);
    group.channels.push({
      ...asked,
      channel: id,
      value: (data, nowMs) => {
        if (read.quantity === 'clock') return clockIn(data, nowMs, plant.offsetMinutes);
        const value = quantityIn(data, read.quantity, UNIT_OF[read.quantity]);
        return value === null ? null : value * read.scale + read.offset;
      },
    });
  }
  const readings = [...byQuestion.values()].map(
    ({ read, channels: asked }): Reading => ({
      ...groupOf(asked[0]!, asked),
      meter: read.meter,
      question: questionOf(read.kind, read.meter, read.identifier, device.wakeUp),
      channels: asked,
    }),
  );
  return new MeterLineSource(settingsOf(device, origin), readings, openerOf(device, clock), clock);
}
