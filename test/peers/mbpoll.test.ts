import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeRegisters } from '../../collector/simulate/encode.ts';
import { type Simulation, startSimulation } from '../../collector/simulate/simulate.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { ModbusRead } from '../../config/plant/schema.ts';
import { exampleOnFreePorts } from '../collector/simulate/example.ts';
import { Mosquitto } from './mosquitto.ts';

const run = promisify(execFile);
const NOON = Date.parse('2026-11-20T12:00:00Z');

let plant: Plant;
let simulation: Simulation;

/** Debian's binary, or which package brings it. */
function binary(name: string, debianPackage: string): string {
  const path = `/usr/bin/${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install ${debianPackage}`);
  return path;
}

/** 16-bit words of a device as mbpoll reads them. */
async function polled(device: string, { unit, table, address }: ModbusRead, count: number): Promise<number[]> {
  const served = plant.devices.get(device);
  if (served?.protocol !== 'modbus-tcp' || !('pdu' in address)) throw new Error(`${device} is not read by protocol address`);
  const type = table === 'input' ? '3:hex' : '4:hex';
  const options = ['-m', 'tcp', '-p', `${served.port}`, '-a', `${unit}`, '-0', '-r', `${address.pdu}`, '-c', `${count}`, '-t', type, '-1'];
  const { stdout } = await run(binary('mbpoll', 'mbpoll'), [...options, served.host]);
  return [...stdout.matchAll(/^\[\d+\]:\s+0x([0-9A-F]{4})/gim)].map(([, hex]) => Number.parseInt(hex as string, 16));
}

beforeAll(async () => {
  plant = await exampleOnFreePorts();
  simulation = await startSimulation(plant, { clock: () => NOON });
});
afterAll(() => simulation?.stop());

test('mbpoll reads every Modbus channel of the example: the registers are those of that moment, to the bit', async () => {
  let read = 0;
  for (const channel of simulation.meters.channels) {
    if (channel.read === undefined || !('type' in channel.read)) continue;
    const expected = encodeRegisters(channel.read, simulation.meters.readingAt(channel.id, NOON));
    expect(await polled(channel.read.device, channel.read, expected.length), channel.id).toEqual(expected);
    read++;
  }
  expect(read).toBeGreaterThanOrEqual(80);
});

test('mbpoll decodes a big-endian float by itself', async () => {
  const channel = plant.channels.get('FT-2003.flow');
  const device = plant.devices.get('gw-sap');
  if (!channel?.read || !('type' in channel.read) || !('pdu' in channel.read.address) || device?.protocol !== 'modbus-tcp') {
    throw new Error('FT-2003.flow is not read over Modbus TCP');
  }
  expect(channel.read).toMatchObject({ type: 'float32', order: 'ABCD', table: 'holding' });
  const options = ['-m', 'tcp', '-p', `${device.port}`, '-a', `${channel.read.unit}`, '-0', '-r', `${channel.read.address.pdu}`];
  const { stdout } = await run(binary('mbpoll', 'mbpoll'), [...options, '-B', '-t', '4:float', '-1', device.host]);
  const value = Number(/^\[\d+\]:\s+(\S+)/m.exec(stdout)?.[1]);
  // mbpoll prints six significant digits.
  expect(Math.abs(value / simulation.meters.readingAt('FT-2003.flow', NOON) - 1)).toBeLessThan(1e-5);
});

test('a register that no meter holds is refused', async () => {
  const device = plant.devices.get('gw-sap');
  if (device?.protocol !== 'modbus-tcp') throw new Error('gw-sap');
  const options = ['-m', 'tcp', '-p', `${device.port}`, '-a', '1', '-0', '-r', '9000', '-t', '4:hex', '-1', device.host];
  const { stdout, stderr } = await run(binary('mbpoll', 'mbpoll'), options).catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout + stderr).toMatch(/Illegal data address/);
});

test('mosquitto_sub hears the publisher through Mosquitto, payloads as the plant file says', async () => {
  const broker = await Mosquitto.start();
  let running: Simulation | undefined;
  try {
    const onMosquitto = await exampleOnFreePorts((text) => text.replace(/mqtt:\/\/127\.0\.0\.1:\d+/, broker.url));
    // stdbuf: a line at a time, though it goes into a pipe.
    const options = [
      '-oL',
      binary('mosquitto_sub', 'mosquitto-clients'),
      '-h',
      '127.0.0.1',
      '-p',
      `${broker.port}`,
      '-t',
      'ynp/#',
      '-v',
      '-d',
    ];
    const listener = spawn('/usr/bin/stdbuf', options);
    const heard = new Map<string, string>();
    let printed = '';
    listener.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      for (const [, topic, payload] of printed.matchAll(/^(ynp\/\S+) (.+)$/gm)) heard.set(topic as string, payload as string);
    });
    await until(() => printed.includes('SUBACK'));
    const began = Date.now();
    running = await startSimulation(onMosquitto, { clock: () => NOON - 2000 + (Date.now() - began) });
    expect(running.running.map(({ id }) => id)).not.toContain('broker');
    const published = running.meters.channels.filter(({ read }) => read && 'topic' in read);
    await until(() => heard.size === published.length);
    listener.kill();
    const json = JSON.parse(heard.get('ynp/FT-6001') as string) as { value: number; time: string };
    expect(json.time).toBe(new Date(NOON).toISOString());
    expect(json.value).toBeCloseTo(running.meters.readingAt('FT-6001', NOON), 5);
    expect(Number(heard.get('ynp/WT-1003'))).toBeCloseTo(running.meters.readingAt('WT-1003', NOON), 5);
  } finally {
    await running?.stop();
    await broker.remove();
  }
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
