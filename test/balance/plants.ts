import { plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { plantSchema } from '../../config/plant/schema.ts';

/** A plant from what a plant file holds, defaults filled in, without the checks of references. */
export function plant(parts: Readonly<Record<string, unknown>>): Plant {
  const file = plantSchema.parse({
    liangheng: 1,
    plant: { id: 'test', name: '试验厂', jurisdiction: 'none' },
    units: [{ id: 'P', name: '厂', level: 'plant' }],
    ...parts,
  });
  return plantOf(file, 'test/plant.yaml');
}

/** A meter read every minute. */
export function meter(id: string, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    id,
    name: id,
    kind: 'counter',
    unit: 'm3',
    maxGap: '5min',
    read: { device: 'D', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'float32' },
    accuracy: { class: '1', percentOfReading: 1 },
    ...fields,
  };
}
