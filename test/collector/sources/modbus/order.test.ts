import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupsOf, type ModbusDevice, readsOf } from '../../../../collector/sources/modbus/device.ts';
import { Schedule } from '../../../../collector/sources/schedule.ts';
import { plantOf } from '../plants.ts';

it('what is read most often is asked first whenever several intervals come together', () => {
  const intervals = fc.uniqueArray(fc.constantFrom(1, 2, 5, 10, 20, 30, 60), { minLength: 2 });
  fc.assert(
    fc.property(intervals, (seconds) => {
      const reads = Object.fromEntries(
        seconds.map((every, at) => [
          `m${at}`,
          { device: 'd', unit: 1, table: 'holding', address: { pdu: at }, type: 'uint16', every: `${every}s` },
        ]),
      );
      const plant = plantOf([{ id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 } }], reads);
      const device = plant.devices.get('d') as ModbusDevice;
      const schedule = new Schedule(groupsOf(device, readsOf(device, [...plant.channels.values()])), 59_500);
      const together = schedule.take(60_000).map(({ group }) => group.everyMs);
      expect(together).toEqual(seconds.map((every) => every * 1000).sort((a, b) => a - b));
    }),
  );
});
