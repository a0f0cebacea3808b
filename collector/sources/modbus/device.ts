import type { Channel } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import { type Budget, budgetOf, byteMsOf, type LineCost, rtuGapMs } from './budget.ts';
import { type ModbusChannel, modbusChannel } from './channel.ts';
import { ascii, rtu } from './framing.ts';
import type { LineTiming } from './line.ts';
import { planGroups } from './plan.ts';

export type ModbusDevice = Extract<Device, { protocol: `modbus-${string}` }>;

export const isModbus = (device: Device): device is ModbusDevice => device.protocol.startsWith('modbus-');

/** Settings of a serial line, with the data bits that its framing calls for. */
export interface SerialLine {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/**
 * What is read from a device.
 *
 * @throws Fault where a channel's reading makes no sense for the device.
 */
export function readsOf(device: ModbusDevice, channels: readonly Channel[]): ModbusChannel[] {
  return channels.flatMap((channel) => {
    if (channel.read === undefined || !('unit' in channel.read)) return [];
    const read = modbusChannel(channel, channel.read);
    if (read.count > device.maxRegisters) {
      throw new Fault({
        code: 'modbus.read',
        place: channel.id,
        zh: `数值占 ${read.count} 个寄存器，超过设备的 maxRegisters ${device.maxRegisters}`,
        en: `the value spans ${read.count} registers, more than the device's maxRegisters ${device.maxRegisters}`,
      });
    }
    return [read];
  });
}

/** Pauses of the line that a device's frames pass; nothing of it counts where the plant file does not say what it is like. */
export function lineTimingOf(device: ModbusDevice): LineTiming {
  const line = serialLineOf(device);
  const byteMs = line === null ? 0 : byteMsOf(line);
  const gapMs = line === null || device.framing === 'ascii' ? 0 : rtuGapMs(line.baud, byteMs);
  return { byteMs, gapMs, quietMs: durationMs(device.quiet ?? device.timeout) };
}

/** The serial line that a device's frames pass, where the plant file says what it is like. */
export function serialLineOf(device: ModbusDevice): SerialLine | null {
  if (device.line === undefined) return null;
  return { ...device.line, dataBits: device.line.dataBits ?? (device.framing === 'ascii' ? 7 : 8) };
}

/** How busy the readings keep the device's connection or line; null where nothing is read from it. */
export function deviceBudget(device: ModbusDevice, channels: readonly Channel[]): Budget | null {
  const groups = planGroups(readsOf(device, channels), device);
  return groups.length === 0 ? null : budgetOf(groups, lineCostOf(device));
}

function lineCostOf(device: ModbusDevice): LineCost {
  return {
    ...lineTimingOf(device),
    ...(device.framing === 'tcp' ? { quietMs: 0 } : {}),
    framing: device.framing === 'ascii' ? ascii : rtu,
    turnaroundMs: durationMs(device.turnaround),
    pauseBetweenMs: durationMs(device.pauseBetween),
    timeoutMs: durationMs(device.timeout),
  };
}
