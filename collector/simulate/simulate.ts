import type { Plant } from '../../config/plant/plant.ts';
import { Fault } from '../../config/words/fault.ts';
import { publishMeters, serveBroker } from './broker.ts';
import type { SimulatedMeters } from './meters.ts';
import { isLoopback, type Running, serveDevice } from './modbus.ts';
import { simulatedMeters } from './past.ts';

export { pastRecords, recordsOf, simulatedMeters } from './past.ts';

/** A simulated plant whose devices can be read. */
export interface Simulation {
  readonly meters: SimulatedMeters;
  /** What runs: device and address. */
  readonly running: readonly { readonly id: string; readonly address: string }[];
  /** Devices that are not on this machine, or of another protocol: they are not simulated. */
  readonly left: readonly string[];
  /** Settles once every port is free again. */
  stop(): Promise<void>;
}

/**
 * Starts the devices of a simulated plant on this machine: a Modbus TCP server for each `modbus-tcp` device on loopback, and for each
 * `mqtt` device on loopback a publisher and, where nothing listens there, a broker.
 *
 * @param options.seed replaces the seed of the simulation file. @param options.leaks are switched on. @param options.clock UTC ms; default: the machine's.
 * @throws Fault where the plant is not marked `simulated: true`, has no simulation file, or a port is taken.
 */
export async function startSimulation(
  plant: Plant,
  options: { seed?: number; leaks?: readonly string[]; clock?: () => number } = {},
): Promise<Simulation> {
  if (!plant.simulated) throw notSimulated(plant);
  const meters = simulatedMeters(plant, options);
  const clock = options.clock ?? Date.now;
  const running: Running[] = [];
  const left: string[] = [];
  const stop = async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  };
  try {
    for (const device of plant.devices.values()) {
      if (device.protocol === 'modbus-tcp' && isLoopback(device.host)) {
        running.push(await serveDevice(device, meters, clock));
      } else if (device.protocol === 'mqtt' && isLoopback(new URL(device.url).hostname)) {
        const broker = await serveBroker(device);
        if (broker !== null) running.push(broker);
        running.push(await publishMeters(device, meters, clock));
      } else {
        left.push(device.id);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { meters, running: running.map(({ id, address }) => ({ id, address })), left, stop };
}

function notSimulated(plant: Plant): Fault {
  return new Fault({
    code: 'simulation.real-plant',
    place: plant.path,
    zh: '此厂未标明 simulated: true：真实工厂不模拟，以免假数据混入真数据',
    en: 'this plant is not marked simulated: true; a real plant is not simulated, so that no invented reading stands among real ones',
  });
}
