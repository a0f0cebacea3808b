import { dirname, resolve } from 'node:path';
import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { readSecret, readSecretFile, type Secret } from '../../../config/plant/secret.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import { hj212Channel } from './reading.ts';
import { Hj212Source } from './source.ts';
import type { StationSettings } from './station.ts';

type Hj212Device = Extract<Device, { protocol: 'hj212' }>;

/** So long may a station be silent: its minute data come at least twice an hour. @source HJ 212-2017 table 4, MinInterval ≤ 30 min */
const IDLE_MS = 2 * 3_600_000;

/**
 * The platform of one port and the stations that call it.
 *
 * @param fromMs from when on data are due (the collector's last record); null: from the first that arrives.
 * @throws Fault where a secret cannot be read or a key is no key.
 */
export function openHj212(
  device: Hj212Device,
  channels: readonly Channel[],
  plant: Plant,
  origin: Origin,
  clock: Clock,
  fromMs: number | null = null,
): Hj212Source {
  const secret = (from: Secret): string => readSecret(from, dirname(plant.path), device.id);
  const file = (path: string): Buffer => readSecretFile(resolve(dirname(plant.path), path), device.id);
  const stations = device.stations.map((station): StationSettings => {
    const minuteIntervalMs = durationMs(station.minuteInterval);
    return {
      mn: station.mn,
      password: secret(station.password),
      systems: station.systems ?? null,
      crc: station.crc,
      key: station.key === undefined ? null : keyOf(device.id, secret(station.key)),
      minuteIntervalMs,
      ...(station.control === undefined ? {} : { control: station.control }),
      channels: channels.flatMap((channel) =>
        channel.read !== undefined && 'station' in channel.read && channel.read.station === station.mn
          ? [hj212Channel(channel, channel.read, minuteIntervalMs)]
          : [],
      ),
    };
  });
  const { host, port, tls } = device.listen;
  return new Hj212Source(
    {
      id: device.id,
      host,
      port,
      tls: tls === undefined ? null : { cert: file(tls.cert), key: file(tls.key) },
      offsetMinutes: plant.offsetMinutes,
      origin,
      backfillMs: durationMs(device.backfill),
      timeoutMs: durationMs(device.timeout),
      sends: device.sends,
      fromMs,
      limits: { connections: 64 + 4 * stations.length, introductionMs: 60_000, idleMs: IDLE_MS, backlog: 64 },
    },
    stations,
    clock,
  );
}

/** @throws Fault where the text is no SM4 key. */
function keyOf(device: string, text: string): Buffer {
  if (/^[0-9A-Fa-f]{32}$/.test(text)) return Buffer.from(text, 'hex');
  throw new Fault({ code: 'hj212.key', place: device, zh: 'SM4 密钥应为 32 个十六进制数字', en: 'an SM4 key is 32 hex digits' });
}
