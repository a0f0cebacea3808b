import type { Socket } from 'node:net';
import type { Channel } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Source } from '../source.ts';
import { modbusChannel } from './channel.ts';
import { ascii, rtu } from './framing.ts';
import { LineLink } from './line.ts';
import type { Link } from './link.ts';
import { ModbusSource } from './source.ts';
import { openSocket, TcpLink } from './tcp.ts';

type ModbusDevice = Extract<Device, { protocol: 'modbus-tcp' }>;

/**
 * The source of one Modbus device, or of the line behind one gateway, and the channels that are read from it.
 *
 * @throws Fault where a channel's reading makes no sense for the device.
 */
export function openModbus(device: ModbusDevice, channels: readonly Channel[], origin: Origin, clock: Clock): Source {
  const timeoutMs = durationMs(device.timeout);
  const reads = channels.flatMap((channel) => {
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
  return new ModbusSource(
    {
      id: device.id,
      timeoutMs,
      pauseBetweenMs: durationMs(device.pauseBetween),
      maxRegisters: device.maxRegisters,
      maxGap: device.maxGap,
      origin,
    },
    reads,
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
