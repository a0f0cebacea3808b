import type { Duplex } from 'node:stream';
import type { Channel } from '../../../config/plant/plant.ts';
import { durationMs } from '../../../config/plant/time.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import { openSerial } from '../serial.ts';
import type { Source } from '../source.ts';
import { lineTimingOf, type ModbusDevice, readsOf, type SerialLine, serialLineOf } from './device.ts';
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
  return new ModbusSource(
    {
      id: device.id,
      timeoutMs: durationMs(device.timeout),
      pauseBetweenMs: durationMs(device.pauseBetween),
      maxRegisters: device.maxRegisters,
      maxGap: device.maxGap,
      origin,
    },
    readsOf(device, channels),
    (onLost) => ({
      async open(signal) {
        const stream = await openStream(device, clock, signal);
        const link: Link = linkOver(device, stream, clock, (error) => onLost(link, error));
        return link;
      },
      close: (link) => link.close(),
    }),
    clock,
  );
}

function openStream(device: ModbusDevice, clock: Clock, signal: AbortSignal): Promise<Duplex> {
  if (device.protocol === 'modbus-serial') return openSerial({ path: device.path, ...(serialLineOf(device) as SerialLine) }, signal);
  return openSocket(device.host, device.port, durationMs(device.timeout), clock, signal);
}

/** The pauses between frames on the line behind a serial server are the server's business. */
function linkOver(device: ModbusDevice, stream: Duplex, clock: Clock, lost: (error: Error) => void): Link {
  if (device.framing === 'tcp') return new TcpLink(stream, clock, lost);
  const timing = lineTimingOf(device);
  const own = device.protocol === 'modbus-serial' ? timing : { ...timing, gapMs: 0 };
  return new LineLink(stream, device.framing === 'ascii' ? ascii : rtu, own, clock, lost);
}
