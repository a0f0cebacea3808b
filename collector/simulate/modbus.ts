import { isIP } from 'node:net';
import modbus from 'modbus-serial';
import { spanOf, type Table } from '../../config/plant/address.ts';
import type { Channel } from '../../config/plant/plant.ts';
import type { Device, ModbusRead } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';
import { encodeRegisters } from './encode.ts';
import type { SimulatedMeters } from './meters.ts';

type ModbusDevice = Extract<Device, { protocol: 'modbus-tcp' }>;

/** Something that runs until it is stopped. */
export interface Running {
  readonly id: string;
  /** Where it listens or publishes. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Whether a host is this machine's own loopback: nothing else is ever served. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/**
 * Serves the registers of a device as a Modbus TCP server: each unit address has the tables that the plant file reads from it, as they
 * stand at the moment of the request. What no meter of the plant file holds is answered with exception 2, a silent unit with none.
 *
 * @throws Fault where the port cannot be opened.
 */
export async function serveDevice(device: ModbusDevice, meters: SimulatedMeters, clock: () => number): Promise<Running> {
  const cells = cellsOf(device.id, meters.channels);
  const words = (table: Table, unit: number, address: number, count: number): number[] => {
    const timeMs = clock();
    const known = new Map<Cell, number[]>();
    return Array.from({ length: count }, (_, index) => {
      const cell = cells.get(keyOf(table, unit, address + index));
      if (cell === undefined) throw new IllegalAddress();
      let registers = known.get(cell);
      if (registers === undefined) {
        registers = encodeRegisters(cell.read, meters.readingAt(cell.channel, timeMs));
        known.set(cell, registers);
      }
      return registers[address + index - cell.address] as number;
    });
  };
  const answer = <T>(done: (error: Error | null, value: T) => void, empty: T, compute: () => T): void => {
    try {
      done(null, compute());
    } catch (error) {
      done(error as Error, empty);
    }
  };
  type Many = (error: Error | null, values: number[]) => void;
  type One<T> = (error: Error | null, value: T) => void;
  const vector = {
    getMultipleHoldingRegisters: (at: number, count: number, unit: number, done: Many) =>
      answer(done, [], () => words('holding', unit, at, count)),
    getMultipleInputRegisters: (at: number, count: number, unit: number, done: Many) =>
      answer(done, [], () => words('input', unit, at, count)),
    getHoldingRegister: (at: number, unit: number, done: One<number>) => answer(done, 0, () => words('holding', unit, at, 1)[0] as number),
    getInputRegister: (at: number, unit: number, done: One<number>) => answer(done, 0, () => words('input', unit, at, 1)[0] as number),
    getCoil: (at: number, unit: number, done: One<boolean>) => answer(done, false, () => words('coil', unit, at, 1)[0] === 1),
    getDiscreteInput: (at: number, unit: number, done: One<boolean>) => answer(done, false, () => words('discrete', unit, at, 1)[0] === 1),
  };
  const server = new modbus.ServerTCP(vector, { host: device.host, port: device.port, unitID: 255 });
  server.on('socketError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.on('initialized', () => resolve());
    server.on('serverError', (error: Error | null) => reject(portFault(device.id, `${device.host}:${device.port}`, error)));
  });
  return {
    id: device.id,
    address: `${device.host}:${device.port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The port cannot be opened: says who may hold it and what to do. */
export function portFault(device: string, address: string, cause: unknown): Fault {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
  return new Fault({
    code: 'simulation.port',
    place: device,
    zh: `无法在 ${address} 上模拟设备 ${device}（${code}）；多半是已有一个模拟器在运行，请先停止它，或在企业文件中换一个端口`,
    en: `cannot simulate device ${device} at ${address} (${code}); another simulation is probably running: stop it, or change the port in the plant file`,
    cause,
  });
}

interface Cell {
  readonly channel: string;
  readonly read: ModbusRead;
  readonly address: number;
}

class IllegalAddress extends Error {
  readonly modbusErrorCode = 2;
}

const keyOf = (table: Table, unit: number, address: number): string => `${table}/${unit}/${address}`;

function cellsOf(device: string, channels: readonly Channel[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { id, read } of channels) {
    if (read === undefined || !('type' in read) || read.device !== device) continue;
    const span = spanOf(read);
    if (span === null) continue;
    const cell = { channel: id, read, address: span.start };
    for (let at = span.start; at < span.end; at++) cells.set(keyOf(span.table, read.unit, at), cell);
  }
  return cells;
}
