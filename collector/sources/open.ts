import { dirname } from 'node:path';
import type { Channel, Plant } from '../../config/plant/plant.ts';
import type { Device } from '../../config/plant/schema.ts';
import { Fault, Faults } from '../../config/words/fault.ts';
import type { Origin } from '../sample/sample.ts';
import { lineKeys } from './budget.ts';
import { openCjt188 } from './cjt188/open.ts';
import { type Clock, systemClock } from './clock.ts';
import { openDlt645 } from './dlt645/open.ts';
import { openHj212 } from './hj212/open.ts';
import { isModbus, type ModbusDevice } from './modbus/device.ts';
import { type ModbusSurroundings, openModbus, type SharedLines } from './modbus/open.ts';
import { openMqtt } from './mqtt/open.ts';
import { openOpcua } from './opcua/open.ts';
import type { Source } from './source.ts';

/**
 * One source for each device that channels are read from. Nothing is connected before `start`.
 *
 * @param lastMs UTC ms of the last record: what stations hold since then is asked of them. null: nothing was recorded.
 * @throws Faults with everything in the readings that makes no sense for its device.
 */
export function openSources(plant: Plant, clock: Clock = systemClock, lastMs: number | null = null): Source[] {
  const byDevice = new Map<string, Channel[]>();
  for (const channel of plant.channels.values()) {
    if (channel.read === undefined) continue;
    const list = byDevice.get(channel.read.device);
    if (list === undefined) byDevice.set(channel.read.device, [channel]);
    else list.push(channel);
  }
  const sources: Source[] = [];
  const faults: Fault[] = [];
  const lines = sharedLines(plant, new Set(byDevice.keys()), faults);
  const surroundings: ModbusSurroundings = { base: dirname(plant.path), dialIns: new Map(), lines };
  for (const [id, channels] of byDevice) {
    const device = plant.devices.get(id);
    try {
      if (device === undefined) throw unknown(id);
      sources.push(openDevice(device, channels, plant, clock, lastMs, surroundings));
    } catch (error) {
      if (error instanceof Faults) faults.push(...error.faults);
      else if (error instanceof Fault) faults.push(error);
      else throw error;
    }
  }
  if (faults.length > 0) throw new Faults(faults);
  return sources;
}

/** The devices that are read over one line; with a fault where they do not agree on how bytes stand on it. */
function sharedLines(plant: Plant, read: ReadonlySet<string>, faults: Fault[]): SharedLines {
  const lines = new Map<string, ModbusDevice[]>();
  const used = [...plant.devices.values()].filter(isModbus).filter(({ id }) => read.has(id));
  for (const [device, key] of lineKeys(used)) lines.set(key, [...(lines.get(key) ?? []), device]);
  const shared = [...lines.values()].filter((devices) => devices.length > 1);
  const settings = ({ framing, line }: ModbusDevice): string => JSON.stringify([framing, line ?? null]);
  for (const [first, ...others] of shared as [ModbusDevice, ...ModbusDevice[]][]) {
    for (const { id } of others.filter((other) => settings(other) !== settings(first))) {
      const zh = `与设备 ${first.id} 在同一条线路上，framing 和 line 必须相同`;
      faults.push(
        new Fault({ code: 'modbus.line', place: id, zh, en: `is on the line of ${first.id}: framing and line must be the same` }),
      );
    }
  }
  return { devices: new Map(shared.flatMap((devices) => devices.map(({ id }) => [id, devices]))), made: new Map() };
}

function openDevice(
  device: Device,
  channels: readonly Channel[],
  plant: Plant,
  clock: Clock,
  lastMs: number | null,
  surroundings: ModbusSurroundings,
): Source {
  const origin: Origin = plant.simulated ? 'simulated' : 'device';
  switch (device.protocol) {
    case 'mqtt':
      return openMqtt(device, channels, plant, origin, clock);
    case 'opcua':
      return openOpcua(device, channels, plant, origin, clock);
    case 'modbus-tcp':
    case 'modbus-serial':
    case 'modbus-listen':
      return openModbus(device, channels, origin, clock, surroundings);
    case 'hj212':
      return openHj212(device, channels, plant, origin, clock, lastMs);
    case 'dlt645-tcp':
    case 'dlt645-serial':
      return openDlt645(device, channels, plant, origin, clock);
    case 'cjt188-tcp':
    case 'cjt188-serial':
      return openCjt188(device, channels, plant, origin, clock);
  }
}

function unknown(id: string): Fault {
  return new Fault({ code: 'source.device', place: id, zh: `没有设备 ${id}`, en: `there is no device ${id}` });
}
