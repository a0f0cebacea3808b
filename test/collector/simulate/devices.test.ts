import modbus from 'modbus-serial';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asRead } from '../../../collector/simulate/encode.ts';
import { type Simulation, startSimulation } from '../../../collector/simulate/simulate.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { exampleOnFreePorts } from './example.ts';

/** Three seconds before a whole five minutes: the publisher is about to send. */
const NOW = Date.parse('2026-11-20T12:00:00Z') - 3000;

describe('the devices of the example plant', () => {
  let plant: Plant;
  let simulation: Simulation;
  let started = Date.now();
  const clock = () => NOW + (Date.now() - started);
  const messages = new Map<string, string>();

  beforeAll(async () => {
    plant = await exampleOnFreePorts();
    const broker = plant.devices.get('broker');
    started = Date.now();
    simulation = await startSimulation(plant, { clock });
    if (broker?.protocol !== 'mqtt') throw new Error('no broker');
    const client = await mqtt.connectAsync(broker.url);
    client.on('message', (topic, payload) => messages.set(topic, payload.toString()));
    await client.subscribeAsync('ynp/#');
    while (!messages.has('ynp/FT-6001')) await new Promise((resolve) => setTimeout(resolve, 50));
    await client.endAsync();
  });
  afterAll(() => simulation.stop());

  test('each Modbus device answers on its port and unit with the registers of that moment', async () => {
    for (const device of plant.devices.values()) {
      if (device.protocol !== 'modbus-tcp') continue;
      const client = new modbus.default();
      await client.connectTCP(device.host, { port: device.port });
      const channel = simulation.meters.channels.find(({ read, kind }) => read?.device === device.id && kind === 'counter');
      if (!channel?.read || !('type' in channel.read) || !('pdu' in channel.read.address)) throw new Error(device.id);
      client.setID(channel.read.unit);
      const before = asRead(channel.read, simulation.meters.readingAt(channel.id, clock()));
      const { data } =
        channel.read.table === 'input'
          ? await client.readInputRegisters(channel.read.address.pdu, 2)
          : await client.readHoldingRegisters(channel.read.address.pdu, 2);
      const after = asRead(channel.read, simulation.meters.readingAt(channel.id, clock()));
      const bytes = Buffer.alloc(4);
      for (const [index, word] of data.entries()) bytes.writeUInt16BE(word, index * 2);
      const order = channel.read.order ?? 'ABCD';
      const value =
        Buffer.from([0, 1, 2, 3].map((at) => bytes[order.indexOf('ABCD'[at] as string)] as number)).readUInt32BE() * channel.read.scale;
      expect(value).toBeGreaterThanOrEqual(before - 1e-9);
      expect(value).toBeLessThanOrEqual(after + 1e-9);
      await expect(client.readHoldingRegisters(5000, 1)).rejects.toThrow(/Illegal data address/);
      await new Promise<void>((resolve) => client.close(() => resolve()));
    }
  });

  test('meters on MQTT publish at whole multiples of their period, with that time', () => {
    const payload = messages.get('ynp/FT-6001');
    expect(payload).toBeDefined();
    const { value, time } = JSON.parse(payload as string) as { value: number; time: string };
    expect(Date.parse(time) % 60_000).toBe(0);
    expect(value).toBeCloseTo(simulation.meters.readingAt('FT-6001', Date.parse(time)), 5);
  });

  test('a second simulation on the same ports is refused, says why, and leaves nothing behind', async () => {
    await expect(startSimulation(plant)).rejects.toMatchObject({ code: 'simulation.port', place: 'gw-store' });
    await simulation.stop();
    simulation = await startSimulation(plant, { clock });
    expect(simulation.running.map(({ id }) => id)).toContain('gw-power');
  });
});
