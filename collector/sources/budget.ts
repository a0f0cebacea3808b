import type { Channel, Plant } from '../../config/plant/plant.ts';
import type { Budget } from './modbus/budget.ts';
import { deviceBudget, isModbus } from './modbus/device.ts';

/** How busy a polled device or line will be. */
export interface DeviceBudget extends Budget {
  readonly device: string;
}

/** The budget of every polled device from which something is read, in the order of the plant file. */
export function pollBudgets(plant: Plant): DeviceBudget[] {
  return [...plant.devices.values()].flatMap((device) => {
    if (!isModbus(device)) return [];
    const channels: Channel[] = [...plant.channels.values()].filter((channel) => channel.read?.device === device.id);
    const budget = deviceBudget(device, channels);
    return budget === null ? [] : [{ device: device.id, ...budget }];
  });
}

/** Above the first a schedule leaves too little for repetitions and dead units, above the second it cannot be kept. */
export const TIGHT = 0.8;
export const FULL = 1;
