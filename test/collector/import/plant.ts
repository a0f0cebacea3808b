import { meterSchema } from '../../../config/plant/meters.ts';
import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Meter } from '../../../config/plant/schema.ts';
import { plantOf } from '../sources/plants.ts';

/** A plant of nothing but meters that are read by hand or from files. */
export function importingPlant(fields: readonly object[], dataDir = '/nowhere'): Plant {
  const meters = fields.map((one): Meter => meterSchema.parse(one));
  return {
    ...plantOf([], {}),
    dataDir,
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    channels: new Map(meters.map((meter): [string, Channel] => [meter.id, { ...meter, meter }])),
  };
}
