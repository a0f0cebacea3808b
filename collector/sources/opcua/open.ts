import { dirname, join } from 'node:path';
import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { OpcuaRead } from '../../../config/plant/reads.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { readSecret, type Secret } from '../../../config/plant/secret.ts';
import { durationMs } from '../../../config/plant/time.ts';
import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Source } from '../source.ts';
import { loadClient } from './client.ts';
import { type OpcuaSettings, opcuaOpener } from './connection.ts';
import { type OpcuaChannel, OpcuaSource } from './source.ts';

type OpcuaDevice = Extract<Device, { protocol: 'opcua' }>;

/**
 * The source of one OPC UA server and the channels whose nodes are read from it.
 *
 * @throws Fault opcua.node, opcua.package; secret.environment, secret.file
 */
export function openOpcua(device: OpcuaDevice, channels: readonly Channel[], plant: Plant, origin: Origin, clock: Clock): Source {
  loadClient(device.id);
  const secret = (from: Secret): string => readSecret(from, dirname(plant.path), device.id);
  const timeoutMs = durationMs(device.timeout);
  const { username, password } = device;
  const settings: OpcuaSettings = {
    id: device.id,
    url: device.url,
    security: device.security,
    policy: device.policy,
    identity: username === undefined ? null : { userName: secret(username), password: password === undefined ? '' : secret(password) },
    timeoutMs,
    pki: join(plant.dataDir, 'opcua', 'pki'),
  };
  const reads = channels.flatMap(({ id, read }) =>
    read !== undefined && 'node' in read
      ? [{ channel: id, node: read.node, scale: read.scale, offset: read.offset, everyMs: durationMs(read.every), ...changeOf(read) }]
      : [],
  );
  return new OpcuaSource({ id: device.id, timeoutMs, origin, open: (onLost) => opcuaOpener(settings, onLost) }, reads, clock);
}

/** The dead-band of the channel in the unit of the node. */
function changeOf({ change, scale }: OpcuaRead): Pick<OpcuaChannel, 'change'> {
  if (change === undefined) return {};
  const { absolute, percent, sampling } = change;
  const deadband =
    absolute !== undefined
      ? { kind: 'absolute' as const, value: absolute / Math.abs(scale) }
      : percent !== undefined
        ? { kind: 'percent' as const, value: percent }
        : null;
  return { change: { samplingMs: durationMs(sampling), deadband } };
}
