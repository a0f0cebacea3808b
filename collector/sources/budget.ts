import type { Channel, Plant } from '../../config/plant/plant.ts';
import { type Budget, type LinePart, lineBudget } from './modbus/budget.ts';
import { isModbus, linePart, type ModbusDevice, sharedLine } from './modbus/device.ts';

/** How busy a polled line will be: a device of its own, or all that share it. */
export interface DeviceBudget extends Budget {
  /** The device, or the first of those on the line. */
  readonly device: string;
  /** All of them. */
  readonly devices: readonly string[];
}

/** The budget of every polled line over which something is read, in the order of the plant file; devices on one line share one. */
export function pollBudgets(plant: Plant): DeviceBudget[] {
  const lines = new Map<string, { readonly devices: string[]; readonly parts: LinePart[] }>();
  for (const [device, key] of lineKeys([...plant.devices.values()].filter(isModbus))) {
    const channels: Channel[] = [...plant.channels.values()].filter((channel) => channel.read?.device === device.id);
    const part = linePart(device, channels);
    if (part === null) continue;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { devices: [device.id], parts: [part] });
    else {
      line.devices.push(device.id);
      line.parts.push(part);
    }
  }
  return [...lines.values()].map(({ devices, parts }) => ({ device: devices[0] as string, devices, ...lineBudget(parts) }));
}

/** The line of each device, the device itself where it has one of its own. */
export function lineKeys(devices: readonly ModbusDevice[]): Map<ModbusDevice, string> {
  const seen = new Map<string, number>();
  return new Map(
    devices.map((device) => {
      const at = 'host' in device ? `${device.host}:${device.port}` : device.id;
      const index = seen.get(at) ?? 0;
      seen.set(at, index + 1);
      return [device, sharedLine(device, index) ?? `device ${device.id}`];
    }),
  );
}

/** Above the first a schedule leaves too little for repetitions and dead units, above the second it cannot be kept. */
export const TIGHT = 0.8;
export const FULL = 1;
