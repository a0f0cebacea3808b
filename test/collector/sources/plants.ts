import type { Channel, Plant } from '../../../config/plant/plant.ts';
import { plantSchema } from '../../../config/plant/schema.ts';

/** A plant with nothing but devices and what is read from them: one meter a reading, named by its key. */
export function plantOf(devices: readonly object[], reads: Readonly<Record<string, object>>, simulated = false): Plant {
  const file = plantSchema.parse({
    liangheng: 1,
    plant: { id: 'test', name: '试验', jurisdiction: 'none', simulated },
    units: [{ id: 'all', name: '全厂', level: 'plant' }],
    devices,
    meters: Object.entries(reads).map(([id, read]) => ({ id, name: id, kind: 'rate', unit: 'm3/h', read })),
  });
  const meters = new Map(file.meters.map((meter) => [meter.id, meter]));
  const channels = new Map<string, Channel>(file.meters.map((meter) => [meter.id, { ...meter, meter }]));
  const empty = new Map<string, never>();
  return {
    file,
    path: '/plant.yaml',
    id: 'test',
    offsetMinutes: 480,
    simulated,
    units: new Map(file.units.map((unit) => [unit.id, unit])),
    media: empty,
    meters,
    channels,
    points: empty,
    streams: empty,
    stocks: empty,
    balances: empty,
    devices: new Map(file.devices.map((device) => [device.id, device])),
    dataDir: '/nowhere',
  };
}
