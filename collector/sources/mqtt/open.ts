import { dirname, resolve } from 'node:path';
import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { readSecret, readSecretFile, type Secret } from '../../../config/plant/secret.ts';
import { Fault, Faults } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Source } from '../source.ts';
import { type MqttChannel, mqttChannel, type SparkplugChannel, sparkplugChannel } from './channel.ts';
import { memoryPath } from './memory.ts';
import { MqttSource } from './source.ts';

type MqttDevice = Extract<Device, { protocol: 'mqtt' }>;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The source of one broker and the channels that arrive through it. Files are found from the folder of the plant file.
 *
 * @throws Fault where a secret or certificate cannot be read, Faults with each channel whose topic or path cannot be used.
 */
export function openMqtt(device: MqttDevice, channels: readonly Channel[], plant: Plant, origin: Origin, clock: Clock): Source {
  const file = (path: string): Buffer => readSecretFile(resolve(dirname(plant.path), path), device.id);
  const secret = (from: Secret): string => readSecret(from, dirname(plant.path), device.id);
  const faults: Fault[] = [];
  const reads = channels.flatMap((channel): (MqttChannel | SparkplugChannel)[] => {
    if (channel.read === undefined) return [];
    try {
      if ('topic' in channel.read) return [mqttChannel(channel, channel.read)];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
    }
    return 'metric' in channel.read ? [sparkplugChannel(channel, channel.read)] : [];
  });
  if (faults.length > 0) throw new Faults(faults);
  return new MqttSource(
    {
      id: device.id,
      broker: {
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
      watchDrops: device.watchDrops,
      memory: memoryPath(plant.dataDir, device.id),
    },
    reads,
    origin,
    clock,
  );
}
