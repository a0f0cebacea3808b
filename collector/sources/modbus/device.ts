import type { Channel } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import { byteMsOf, type LineCost, type LinePart, rtuGapMs } from './budget.ts';
import { type ModbusChannel, modbusChannel } from './channel.ts';
import type { ReadRequest } from './frame.ts';
import { ascii, rtu } from './framing.ts';
import type { LineTiming } from './line.ts';
import { type PlanLimits, type PlannedGroup, planGroups, type RegisterRange } from './plan.ts';
import { apart } from './sequence.ts';

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
  const reads = channels.flatMap((channel) =>
    channel.read === undefined || !('unit' in channel.read) ? [] : [modbusChannel(channel, channel.read)],
  );
  for (const read of reads) {
    const most = Math.min(device.maxRegisters, device.unitLimits[String(read.unit)] ?? device.maxRegisters);
    if (read.count > most) {
      throw refused(
        read.channel,
        `数值占 ${read.count} 个寄存器，超过设备的 ${most < device.maxRegisters ? `unitLimits ${read.unit}: ${most}` : `maxRegisters ${most}`}`,
        `the value spans ${read.count} registers, more than the device's ${most < device.maxRegisters ? `unitLimits ${read.unit}: ${most}` : `maxRegisters ${most}`}`,
      );
    }
    if (device.forbidden.some((range) => lies(read, range))) {
      throw refused(read.channel, '该数值位于设备禁止读取的寄存器中', 'the value lies in registers that the device forbids to read');
    }
  }
  const cleared = reads.filter((read) => device.clearOnRead.some((range) => lies(read, range)));
  const looked = cleared.find(({ keepMs }) => keepMs !== undefined);
  if (looked !== undefined) {
    throw refused(
      looked.channel,
      '该数值读后清零：在两次读数之间观察而不保留的部分会丢失，不能写 change',
      'reading sets its registers back: what looks in between read and leave out would be lost; it cannot have change',
    );
  }
  for (const [at, one] of cleared.entries()) {
    const other = cleared.slice(at + 1).find((two) => sharesRegisters(one, two) && two.everyMs !== one.everyMs);
    if (other === undefined) continue;
    throw refused(
      other.channel,
      `与 ${one.channel} 共用读后清零的寄存器，但周期不同，会互相清零`,
      `shares registers that reading sets back with ${one.channel} at another interval: each would clear the other`,
    );
  }
  return reads;
}

const lies = (read: ModbusChannel, { unit, table, from, to }: RegisterRange): boolean =>
  (unit ?? read.unit) === read.unit && (table ?? read.table) === read.table && from < read.address + read.count && to >= read.address;

/** Whether a question asked by hand would read what the device forbids, or would set something back. */
export const isForbidden = (device: ModbusDevice, { unit, table, address, count }: ReadRequest): boolean =>
  [...device.forbidden, ...device.clearOnRead].some(
    (range) => (range.unit ?? unit) === unit && (range.table ?? table) === table && range.from < address + count && range.to >= address,
  );

const sharesRegisters = (a: ModbusChannel, b: ModbusChannel): boolean =>
  lies(a, { unit: b.unit, table: b.table, from: b.address, to: b.address + b.count - 1 });

/** The requests of a device, in the sequence in which they are asked. @throws RangeError where registers that clear cannot be kept whole. */
export function groupsOf(device: ModbusDevice, reads: readonly ModbusChannel[]): PlannedGroup<ModbusChannel>[] {
  const groups = planGroups(reads, limitsOf(device));
  return device.framing === 'tcp' ? groups : groups.map((group) => ({ ...group, reads: apart(group.reads) }));
}

/** What the device bears and its wire costs. */
export function limitsOf(device: ModbusDevice): PlanLimits {
  const line = lineCostOf(device);
  const registerMs = line.byteMs * (device.framing === 'ascii' ? 4 : 2);
  const overhead = line.framing.wireBytes({ unit: 1, table: 'holding', address: 0, count: 1 }) * line.byteMs;
  const requestMs = overhead - registerMs + line.gapMs + line.turnaroundMs + Math.max(line.gapMs, line.pauseBetweenMs);
  return {
    maxRegisters: device.maxRegisters,
    maxGap: device.maxGap,
    unitLimits: new Map(Object.entries(device.unitLimits).map(([unit, most]) => [Number(unit), most])),
    forbidden: device.forbidden,
    clearOnRead: device.clearOnRead,
    cost: { requestMs: Math.max(requestMs, 1e-3), registerMs },
  };
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

/** What a device asks of its line; null where nothing is read from it. */
export function linePart(device: ModbusDevice, channels: readonly Channel[]): LinePart | null {
  const groups = groupsOf(device, readsOf(device, channels));
  return groups.length === 0 ? null : { groups, line: lineCostOf(device) };
}

/**
 * The physical line or connection that a device is read over, where others may be read over it too: a serial port, a serial server, a
 * gateway that bears few connections. null: a connection of its own.
 *
 * @param index of the device among those at its host and port.
 */
export function sharedLine(device: ModbusDevice, index: number): string | null {
  switch (device.protocol) {
    case 'modbus-serial':
      return device.path;
    case 'modbus-listen':
      return null;
    case 'modbus-tcp': {
      const at = `${device.host}:${device.port}`;
      if (device.framing !== 'tcp') return at;
      return device.connections === undefined ? null : `${at}#${index % device.connections}`;
    }
  }
}

function lineCostOf(device: ModbusDevice): LineCost {
  return {
    ...lineTimingOf(device),
    ...(device.framing === 'tcp' ? { quietMs: 0 } : {}),
    framing: device.framing === 'ascii' ? ascii : rtu,
    turnaroundMs: durationMs(device.turnaround),
    pauseBetweenMs: durationMs(device.pauseBetween),
    pauseOnUnitChangeMs: durationMs(device.pauseOnUnitChange),
    timeoutMs: durationMs(device.timeout),
  };
}

function refused(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'modbus.read', place, zh, en });
}
