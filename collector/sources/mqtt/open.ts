import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Source } from '../source.ts';
import { mqttChannel } from './channel.ts';
import { MqttSource } from './source.ts';

type MqttDevice = Extract<Device, { protocol: 'mqtt' }>;
type Secret = NonNullable<MqttDevice['password']>;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The source of one broker and the channels that arrive through it. Files are found from the folder of the plant file.
 *
 * @throws Fault where a secret or certificate cannot be read, or a channel's topic or path cannot be used.
 */
export function openMqtt(device: MqttDevice, channels: readonly Channel[], plant: Plant, origin: Origin, clock: Clock): Source {
  const file = (path: string): Buffer => readSecretFile(device.id, resolve(dirname(plant.path), path));
  const secret = (from: Secret): string =>
    'env' in from ? fromEnvironment(device.id, from.env) : file(from.file).toString('utf8').trimEnd();
  const reads = channels.flatMap((channel) =>
    channel.read !== undefined && 'topic' in channel.read ? [mqttChannel(channel, channel.read)] : [],
  );
  return new MqttSource(
    device.id,
    {
      url: device.url,
      version: device.version,
      clientId: device.clientId ?? `liangheng-${plant.id}-${device.id}`,
      ...(device.username === undefined ? {} : { username: secret(device.username) }),
      ...(device.password === undefined ? {} : { password: secret(device.password) }),
      ...(device.ca === undefined ? {} : { ca: file(device.ca) }),
      ...(device.cert === undefined ? {} : { cert: file(device.cert) }),
      ...(device.key === undefined ? {} : { key: file(device.key) }),
      qos: device.qos,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    },
    reads,
    origin,
    clock,
  );
}

function fromEnvironment(device: string, name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new Fault({
    code: 'secret.environment',
    place: device,
    zh: `环境变量 ${name} 没有设置`,
    en: `the environment variable ${name} is not set`,
  });
}

function readSecretFile(device: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Fault({ code: 'secret.file', place: device, zh: `读不到文件 ${path}`, en: `cannot read ${path}`, cause });
  }
}
