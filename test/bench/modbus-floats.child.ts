import type { Plant } from '../../config/plant/plant.ts';
import { plantOf } from '../collector/sources/plants.ts';

/** A plant with a Modbus TCP device on each port, of which so many floats are read each second. No benchmark of its own. */
export function plantOfFloats(ports: readonly number[], floats: number): Plant {
  const devices = ports.map((port, i) => ({ id: `d${i}`, protocol: 'modbus-tcp', host: '127.0.0.1', port, maxRegisters: 124 }));
  const reads: Record<string, object> = {};
  for (let d = 0; d < ports.length; d++) {
    for (let i = 0; i < floats; i++) {
      reads[`d${d}-${i}`] = { device: `d${d}`, unit: 1, table: 'holding', address: { pdu: i * 2 }, type: 'float32', every: '1s' };
    }
  }
  return plantOf(devices, reads);
}
