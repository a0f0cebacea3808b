import { groupsOf, type ModbusDevice, readsOf } from '../../../../collector/sources/modbus/device.ts';
import { rtu } from '../../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../../collector/sources/modbus/line.ts';
import type { Link } from '../../../../collector/sources/modbus/link.ts';
import { ModbusSource } from '../../../../collector/sources/modbus/source.ts';
import type { Plant } from '../../../../config/plant/plant.ts';
import type { VirtualClock, Wire } from './virtual-time.ts';

/** The source that reads a plant's device `d` over a line of 9600 baud in virtual time; `open` connects it. */
export function slowLine(plant: Plant, timeoutMs: number, open: () => Wire, clock: VirtualClock): ModbusSource {
  return new ModbusSource(
    { id: 'd', timeoutMs, origin: 'device' },
    groupsOfPlant(plant),
    (onLost) => ({
      async open() {
        const link: Link = new LineLink(open(), rtu, { quietMs: 500, gapMs: 4, byteMs: 1.04 }, clock, (error) => onLost(link, error));
        return link;
      },
      close: (link) => link.close(),
    }),
    clock,
  );
}

/** What is asked of a plant's device `d`. */
export function groupsOfPlant(plant: Plant): ReturnType<typeof groupsOf> {
  const device = plant.devices.get('d') as ModbusDevice;
  return groupsOf(device, readsOf(device, [...plant.channels.values()]));
}
