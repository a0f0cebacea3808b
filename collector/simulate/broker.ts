import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import type { Channel } from '../../config/plant/plant.ts';
import type { Device, MqttRead } from '../../config/plant/schema.ts';
import { durationMs } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';
import { gapsOf } from './gaps.ts';
import type { SimulatedMeters } from './meters.ts';
import { isLoopback, portFault, type Running } from './modbus.ts';
import { payloadOf, topicOf } from './payload.ts';

type MqttDevice = Extract<Device, { protocol: 'mqtt' }>;

/**
 * Starts an MQTT broker at the address of a device where nothing listens there yet.
 *
 * @returns null where something listens: the publisher then uses that broker.
 */
export async function serveBroker(device: MqttDevice): Promise<Running | null> {
  const url = new URL(device.url);
  const port = Number(url.port || 1883);
  if (await answers(url.hostname, port)) return null;
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portFault(device.id, `${url.hostname}:${port}`, error)));
    server.listen(port, url.hostname, () => resolve());
  });
  return {
    id: device.id,
    address: `${url.hostname}:${port}`,
    stop: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * Publishes the meters of a broker, each at whole multiples of its period: a message is due once its time has come, and carries it.
 * Meters in a gap of the simulation file publish nothing.
 *
 * @throws Fault where the broker's address is not loopback or refuses: nothing is published anywhere else.
 */
export async function publishMeters(device: MqttDevice, meters: SimulatedMeters, clock: () => number): Promise<Running> {
  const { hostname } = new URL(device.url);
  if (!isLoopback(hostname)) throw notLoopback(device);
  const client = await mqtt
    .connectAsync(device.url, { protocolVersion: device.version, clientId: `simulate-${device.id}`, reconnectPeriod: 1000 }, false)
    .catch((cause: unknown) => {
      throw refused(device, cause);
    });
  client.on('error', () => {});
  const gapAt = gapsOf(meters.truth);
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const plan = (channel: Channel, read: MqttRead, plannedMs: number) => {
    // A clock that was set back is not waited for.
    const nextMs = nextDue(read, clock());
    const dueMs = Math.min(plannedMs, nextMs);
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (stopped) return;
        if (gapAt(channel.id, dueMs) === null) {
          const { payload } = payloadOf(read, meters.readingAt(channel.id, dueMs), dueMs);
          client.publish(topicOf(read, channel.meter.id, channel.id), payload, { qos: device.qos }, () => {});
        }
        plan(channel, read, nextDue(read, Math.max(dueMs, clock() - 1)));
      },
      Math.max(0, dueMs - clock()),
    );
    timers.add(timer);
  };
  for (const channel of meters.channels) {
    const { read } = channel;
    if (read && 'topic' in read && read.device === device.id) plan(channel, read, nextDue(read, clock() - 1));
  }
  return {
    id: `${device.id} publisher`,
    address: device.url,
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await client.endAsync(true);
    },
  };
}

/** First whole multiple of the period after a time. */
function nextDue(read: MqttRead, afterMs: number): number {
  const everyMs = durationMs(read.every ?? '60s');
  return (Math.floor(afterMs / everyMs) + 1) * everyMs;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tcpConnect({ host, port });
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function refused(device: MqttDevice, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Fault({
    code: 'simulation.broker',
    place: device.id,
    zh: `${device.url} 的 MQTT 服务器拒绝模拟器（${why}）；模拟器自带的服务器只支持 MQTT 3.1.1，请在该设备写 version: 4，或另行启动 Mosquitto`,
    en: `the MQTT broker at ${device.url} refuses the simulation (${why}); the one built in speaks MQTT 3.1.1 only: write version: 4 at the device, or start Mosquitto there`,
    cause,
  });
}

function notLoopback(device: MqttDevice): Fault {
  return new Fault({
    code: 'simulation.not-loopback',
    place: device.id,
    zh: `设备 ${device.id} 的地址 ${device.url} 不是本机，模拟数据不会发往真实系统`,
    en: `device ${device.id} at ${device.url} is not on this machine; simulated readings are published to no real system`,
  });
}
