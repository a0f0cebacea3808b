import { dirname } from 'node:path';
import { Duplex } from 'node:stream';
import type { Plant } from '../../../config/plant/plant.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { type Clock, sleep } from '../clock.ts';
import type { ModbusDevice } from './device.ts';
import type { Request } from './frame.ts';
import type { Link, Outcome } from './link.ts';
import { linkOver, noSharedLines, openerOf } from './open.ts';

/** Bytes as they went over the wire: `>` ours, `<` the device's. */
export interface Traced {
  readonly direction: '>' | '<';
  readonly bytes: Buffer;
}

/** A device that someone asks by hand: one question after the other, each with the bytes that it took. */
export interface Session {
  /** Opens the connection anew where an earlier question has cost it. Rejects where it cannot be opened. */
  read(request: Request): Promise<{ readonly outcome: Outcome; readonly trace: readonly Traced[] }>;
  close(): Promise<void>;
}

/**
 * @param timeoutMs deadline of a question; default: the device's.
 * @throws Fault where a file of the device cannot be read.
 */
export function openSession(device: ModbusDevice, plant: Plant, clock: Clock, timeoutMs = durationMs(device.timeout)): Session {
  const dialIns = new Map();
  const open = openerOf(device, clock, { base: dirname(plant.path), dialIns, lines: noSharedLines() });
  const closing = new AbortController();
  const pauseMs = durationMs(device.pauseBetween);
  let link: Link | null = null;
  let trace: Traced[] = [];
  return {
    async read(request) {
      if (link === null || link.closed) {
        const stream = await open(closing.signal);
        link = linkOver(
          device,
          traced(stream, (one) => trace.push(one)),
          clock,
          () => {},
        );
      } else if (pauseMs > 0) await sleep(clock, pauseMs, closing.signal);
      trace = [];
      const outcome = await link.read(request, timeoutMs);
      return { outcome, trace };
    },
    async close() {
      closing.abort();
      link?.close();
      for (const dialIn of dialIns.values()) await dialIn.leave(device.id);
    },
  };
}

/** The stream with an ear on it. */
function traced(stream: Duplex, heard: (one: Traced) => void): Duplex {
  const ear = new Duplex({
    read: () => {
      stream.resume();
    },
    write: (bytes: Buffer, _encoding, done) => {
      heard({ direction: '>', bytes });
      stream.write(bytes, done);
    },
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  stream.on('data', (bytes: Buffer) => {
    heard({ direction: '<', bytes });
    if (!ear.push(bytes)) stream.pause();
  });
  stream.on('error', (error) => ear.destroy(error));
  stream.on('close', () => ear.destroy());
  return ear;
}
