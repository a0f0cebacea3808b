import type { Socket } from 'node:net';
import type { Channel } from '../../../config/plant/plant.ts';
import { durationMs } from '../../../config/plant/time.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Source } from '../source.ts';
import { type ModbusDevice, readsOf } from './device.ts';
import { ascii, rtu } from './framing.ts';
import { LineLink } from './line.ts';
import type { Link } from './link.ts';
import { ModbusSource } from './source.ts';
import { openSocket, TcpLink } from './tcp.ts';

/**
 * The source of one Modbus device, or of the line behind one gateway, and the channels that are read from it.
 *
 * @throws Fault where a channel's reading makes no sense for the device.
 */
export function openModbus(device: ModbusDevice, channels: readonly Channel[], origin: Origin, clock: Clock): Source {
  const timeoutMs = durationMs(device.timeout);
  return new ModbusSource(
    {
      id: device.id,
      timeoutMs,
      pauseBetweenMs: durationMs(device.pauseBetween),
      maxRegisters: device.maxRegisters,
      maxGap: device.maxGap,
      origin,
    },
    readsOf(device, channels),
    (onLost) => ({
      async open(signal) {
        const socket = await openSocket(device.host, device.port, timeoutMs, clock, signal);
        const lost = (error: Error): void => onLost(link, error);
        const link: Link = device.framing === 'tcp' ? new TcpLink(socket, clock, lost) : lineLink(device, socket, clock, lost);
        return link;
      },
      close: (link) => link.close(),
    }),
    clock,
  );
}

/** RTU or ASCII frames through a serial server. The line's speed is the server's business: only its pauses are ours. */
function lineLink(device: ModbusDevice, socket: Socket, clock: Clock, onLost: (error: Error) => void): Link {
  const quietMs = durationMs(device.quiet ?? device.timeout);
  socket.setNoDelay(true);
  return new LineLink(socket, device.framing === 'ascii' ? ascii : rtu, { quietMs, gapMs: 0, byteMs: 0 }, clock, onLost);
}
