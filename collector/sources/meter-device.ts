import type { Duplex } from 'node:stream';
import type { Device } from '../../config/plant/schema.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { Origin } from '../sample/sample.ts';
import type { Clock } from './clock.ts';
import type { MeterLineSettings } from './meter-line.ts';
import { openSerial } from './serial.ts';
import { openSocket } from './socket.ts';

type MeterDevice = Extract<Device, { protocol: `dlt645-${string}` | `cjt188-${string}` }>;

/** How the line of meters behind a device is asked. */
export function settingsOf(device: MeterDevice, origin: Origin): MeterLineSettings {
  return {
    id: device.id,
    timeoutMs: durationMs(device.timeout),
    quietMs: durationMs(device.quiet ?? device.timeout),
    pauseBetweenMs: durationMs(device.pauseBetween),
    origin,
  };
}

/** Opens the line: a transparent gateway (串口服务器), or a serial port of this machine. */
export function openerOf(device: MeterDevice, clock: Clock): (signal: AbortSignal) => Promise<Duplex> {
  if ('host' in device) return (signal) => openSocket(device.host, device.port, durationMs(device.timeout), clock, signal);
  const { baud, dataBits = 8, parity, stopBits } = device.line;
  return (signal) => openSerial({ path: device.path, baud, dataBits, parity, stopBits }, signal);
}
