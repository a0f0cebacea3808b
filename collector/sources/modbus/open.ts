import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Channel } from '../../../config/plant/plant.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import { openSerial } from '../serial.ts';
import { openSocket } from '../socket.ts';
import type { Sink, Source } from '../source.ts';
import type { Connector } from '../supervisor.ts';
import { groupsOf, lineTimingOf, type ModbusDevice, readsOf, type SerialLine, serialLineOf } from './device.ts';
import { DialIn } from './dial-in.ts';
import { ascii, rtu } from './framing.ts';
import { LineLink } from './line.ts';
import type { Link } from './link.ts';
import { PacedLink, type Pauses } from './paced.ts';
import { SharedLine } from './shared-line.ts';
import { ModbusSource } from './source.ts';
import { TcpLink } from './tcp.ts';
import { secured, type TlsSettings } from './tls.ts';

/** For the certificates to be shown and checked, once the connection stands. */
const HANDSHAKE_MS = 10_000;

/** Ports on which DTUs dial in, shared by the devices of a plant. */
export type DialIns = Map<string, DialIn>;

/** Where the files of a device are found, and what it shares with others. */
export interface ModbusSurroundings {
  /** The folder of the plant file. */
  readonly base: string;
  readonly dialIns: DialIns;
  /** Lines that several devices are read over, by their key, and the devices on each. */
  readonly lines: SharedLines;
  /** Told of callers that no device is known by. */
  readonly stranger?: (detail: string) => void;
}

/** The devices of each line that is shared, by device id, and the lines that have been made for them. */
export interface SharedLines {
  readonly devices: ReadonlyMap<string, readonly ModbusDevice[]>;
  readonly made: Map<string, SharedLine>;
}

export const noSharedLines = (): SharedLines => ({ devices: new Map(), made: new Map() });

/**
 * The source of one Modbus device, or of the line behind one gateway, and the channels that are read from it.
 *
 * @throws Fault where a channel's reading makes no sense for the device, a file cannot be read, or two DTUs go by one sign.
 */
export function openModbus(
  device: ModbusDevice,
  channels: readonly Channel[],
  origin: Origin,
  clock: Clock,
  surroundings: ModbusSurroundings,
): Source {
  let sink: Sink | null = null;
  const stranger = (detail: string): void => {
    sink?.event({ timeMs: clock.nowMs(), source: device.id, event: 'unknown-caller', detail }).catch(() => undefined);
  };
  const source = new ModbusSource(
    { id: device.id, timeoutMs: durationMs(device.timeout), origin },
    groupsOf(device, readsOf(device, channels)),
    connectorOf(device, clock, { ...surroundings, stranger }),
    clock,
  );
  const dialIn = device.protocol === 'modbus-listen' ? dialInOf(device, clock, surroundings) : null;
  return {
    id: source.id,
    start(to) {
      sink = to;
      return source.start(to);
    },
    status: () => source.status(),
    reread: (list) => source.read(groupsOf(device, readsOf(device, list))),
    async stop() {
      sink = null;
      await source.stop();
      await dialIn?.leave(device.id);
    },
  };
}

type LinkConnector = (onLost: (link: Link, error: Error) => void) => Connector<Link>;

/** How a device's link is opened: its own, or its end of the line that it shares. */
function connectorOf(device: ModbusDevice, clock: Clock, surroundings: ModbusSurroundings): LinkConnector {
  const pauses: Pauses = {
    afterConnectMs: durationMs(device.pauseAfterConnect),
    betweenMs: durationMs(device.pauseBetween),
    onUnitChangeMs: durationMs(device.pauseOnUnitChange),
  };
  const others = surroundings.lines.devices.get(device.id) ?? [device];
  if (others.length > 1) {
    const line = sharedLineOf(others, clock, surroundings);
    return (onLost) => ({ open: (signal) => line.join(pauses, signal, onLost), close: (link) => link.close() });
  }
  const open = openerOf(device, clock, surroundings);
  const paced = Object.values(pauses).some((ms) => ms > 0);
  return (onLost) => ({
    async open(signal) {
      const stream = await open(signal);
      const link: Link = linkOver(device, stream, clock, (error) => onLost(outer, error));
      const outer: Link = paced ? withPauses(new PacedLink(link, clock), pauses) : link;
      return outer;
    },
    close: (link) => link.close(),
  });
}

function withPauses(link: PacedLink, pauses: Pauses): Link {
  return {
    read: (request, deadlineMs) => link.read(request, deadlineMs, pauses),
    close: () => link.close(),
    get unsolicited() {
      return link.unsolicited;
    },
    get overheard() {
      return link.overheard;
    },
    get closed() {
      return link.closed;
    },
  };
}

/** The line of several devices, as the first of them opens it, with the longest quiet time that any of them needs. */
function sharedLineOf(devices: readonly ModbusDevice[], clock: Clock, surroundings: ModbusSurroundings): SharedLine {
  const first = devices[0] as ModbusDevice;
  const made = surroundings.lines.made.get(first.id);
  if (made !== undefined) return made;
  const quietMs = Math.max(...devices.map((device) => lineTimingOf(device).quietMs));
  const open = openerOf(first, clock, surroundings);
  const line = new SharedLine(
    async (signal, onLost) => linkOver({ ...first, quiet: `${quietMs}ms` }, await open(signal), clock, onLost),
    clock,
  );
  surroundings.lines.made.set(first.id, line);
  return line;
}

/** Opens the stream that carries a device's frames, as often as it is lost. */
export type Opener = (signal: AbortSignal) => Promise<Duplex>;

/** @throws Fault where a file cannot be read, or two DTUs go by one sign. */
export function openerOf(device: ModbusDevice, clock: Clock, surroundings: ModbusSurroundings): Opener {
  switch (device.protocol) {
    case 'modbus-serial': {
      const settings = { path: device.path, ...(serialLineOf(device) as SerialLine) };
      return (signal) => openSerial(settings, signal);
    }
    case 'modbus-listen': {
      const dialIn = dialInOf(device, clock, surroundings);
      const caller = 'address' in device.caller ? device.caller : { registration: bytesOf(device.caller.registration) };
      const other = dialIn.add(device.id, caller, device.heartbeat === undefined ? null : bytesOf(device.heartbeat));
      if (other !== null && other !== device.id) throw sameSign(device.id, other);
      return (signal) => dialIn.next(device.id, signal, surroundings.stranger);
    }
    case 'modbus-tcp': {
      const settings = device.tls === undefined ? null : tlsOf(device.id, device.tls, surroundings.base);
      const to = async ({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<Duplex> => {
        const socket = await openSocket(host, port, durationMs(device.timeout), clock, signal);
        if (settings === null) return socket;
        return secured(socket, host, settings, AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_MS)]));
      };
      const { backup } = device;
      if (backup === undefined) return (signal) => to(device, signal);
      return (signal) =>
        to(device, signal).catch((first: Error) =>
          to(backup, signal).catch((second: Error) => {
            throw new Error(`${first.message}; backup: ${second.message}`);
          }),
        );
    }
  }
}

function dialInOf(device: Extract<ModbusDevice, { protocol: 'modbus-listen' }>, clock: Clock, { dialIns }: ModbusSurroundings): DialIn {
  const { host, port } = device.listen;
  const key = `${host} ${port}`;
  const dialIn = dialIns.get(key) ?? new DialIn(host, port, clock);
  dialIns.set(key, dialIn);
  return dialIn;
}

type TlsFiles = NonNullable<Extract<ModbusDevice, { protocol: 'modbus-tcp' }>['tls']>;

function tlsOf(device: string, files: TlsFiles, base: string): TlsSettings {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(resolve(base, path));
    } catch (cause) {
      throw new Fault({ code: 'secret.file', place: device, zh: `读不到文件 ${path}`, en: `cannot read ${path}`, cause });
    }
  };
  return {
    ...(files.ca === undefined ? {} : { ca: read(files.ca) }),
    ...(files.cert === undefined ? {} : { cert: read(files.cert) }),
    ...(files.key === undefined ? {} : { key: read(files.key) }),
    ...(files.serverName === undefined ? {} : { serverName: files.serverName }),
  };
}

/** Text as it is sent, or bytes written as 0x0a1b. */
const bytesOf = (text: string): Buffer =>
  /^0x([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'utf8');

function sameSign(device: string, other: string): Fault {
  return new Fault({
    code: 'modbus.caller',
    place: device,
    zh: `与设备 ${other} 用同一个注册包或地址，无法区分`,
    en: `is known by the same registration or address as ${other}: they cannot be told apart`,
  });
}

/** Takes over a stream; what it held back until now is read. */
export function linkOver(device: ModbusDevice, stream: Duplex, clock: Clock, lost: (error: Error) => void): Link {
  const link = framedLink(device, stream, clock, lost);
  stream.resume();
  return link;
}

/** The pauses between frames on the line behind a serial server are the server's business. */
function framedLink(device: ModbusDevice, stream: Duplex, clock: Clock, lost: (error: Error) => void): Link {
  if (device.framing === 'tcp') return new TcpLink(stream, clock, lost);
  const timing = lineTimingOf(device);
  const own = device.protocol === 'modbus-serial' ? timing : { ...timing, gapMs: 0 };
  return new LineLink(stream, device.framing === 'ascii' ? ascii : rtu, own, clock, lost);
}
