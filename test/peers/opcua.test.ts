import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Sample } from '../../collector/sample/sample.ts';
import { readStatus } from '../../collector/sources/opcua/status.ts';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { freePort } from '../free-port.ts';

/** OPC UA against the server of node-opcua, on Node 22 or newer with NODE_PATH naming where that package stands (scripts/test.mjs). */
interface Variable {
  setValueFromSource(variant: object, statusCode?: object, sourceTimestamp?: Date): void;
}
interface Server {
  initialize(): Promise<void>;
  start(): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
  on(event: 'request', listener: (request: { constructor: { name: string } }) => void): void;
  readonly engine: {
    readonly addressSpace: {
      getOwnNamespace(): { addVariable(options: object): Variable };
      readonly rootFolder: { readonly objects: object };
    };
  };
}
interface Package {
  readonly OPCUAServer: new (options: object) => Server;
  readonly OPCUACertificateManager: new (options: object) => object;
  readonly DataType: Record<string, number>;
  readonly StatusCodes: Record<string, { readonly value: number; readonly name: string }>;
  readonly VariantArrayType: Record<string, number>;
  readonly MessageSecurityMode: Record<string, number>;
  readonly SecurityPolicy: Record<string, string>;
}
const opcua = createRequire(import.meta.url)('node-opcua') as Package;
const { DataType, StatusCodes } = opcua;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'liangheng-opcua-'));
  closing.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function serve(port: number, more: object = {}) {
  const requests = new Set<string>();
  const server = new opcua.OPCUAServer({
    port,
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    serverCertificateManager: new opcua.OPCUACertificateManager({
      rootFolder: await folder(),
      automaticallyAcceptUnknownCertificate: true,
    }),
    ...more,
  });
  await server.initialize();
  server.on('request', (request) => requests.add(request.constructor.name));
  const space = server.engine.addressSpace;
  const add = (name: string, dataType: string) =>
    space.getOwnNamespace().addVariable({ organizedBy: space.rootFolder.objects, nodeId: `s=${name}`, browseName: name, dataType });
  const variables = {
    Flow: add('Flow', 'Double'),
    Total: add('Total', 'Int64'),
    Running: add('Running', 'Boolean'),
    Label: add('Label', 'String'),
    Tank: add('Tank', 'Double'),
  };
  const set = (name: keyof typeof variables, dataType: string, value: unknown, status = 'Good', time = new Date()) =>
    variables[name].setValueFromSource(
      { dataType: DataType[dataType], arrayType: opcua.VariantArrayType.Scalar, value },
      StatusCodes[status],
      time,
    );
  set('Flow', 'Double', 12.5);
  set('Total', 'Int64', [2, 5]);
  set('Running', 'Boolean', true);
  set('Label', 'String', '12');
  set('Tank', 'Double', 3, 'BadSensorFailure');
  await server.start();
  let over = false;
  const stop = async (): Promise<void> => {
    if (!over) await server.shutdown(0);
    over = true;
  };
  closing.push(stop);
  return { set, stop, requests };
}

const read = (node: string) => ({ device: 'dcs', node: `ns=1;s=${node}`, every: '200ms' });
const ALL = {
  flow: read('Flow'),
  total: read('Total'),
  running: read('Running'),
  label: read('Label'),
  tank: read('Tank'),
  none: read('None'),
};

async function collect(port: number, reads: Record<string, object>, device: object = {}) {
  const dataDir = await folder();
  const plant = plantOf([{ id: 'dcs', protocol: 'opcua', url: `opc.tcp://127.0.0.1:${port}`, timeout: '5s', ...device }], reads);
  const [source] = openSources({ ...plant, dataDir }) as [Source];
  closing.push(() => source.stop());
  const sink = new Gather();
  await source.start(sink);
  return { source, sink, dataDir };
}

/** Changes the flow until a change is read with its own time: one that a busy machine read only after a time had been missed is not. */
async function bearingOwnTime(sink: Gather, change: (value: number, time: Date) => void): Promise<Sample> {
  for (let value = 99; ; value++) {
    const time = new Date();
    change(value, time);
    await sink.until(() => sink.of('flow').some((sample) => sample.value === value));
    const read = sink.of('flow').find((sample) => sample.value === value) as Sample;
    if (read.timeMs === time.getTime()) return read;
  }
}

it('reads values with their source times; bad ones are missing with their reason; nothing but reading is asked for', async () => {
  const port = await freePort();
  const { set, requests } = await serve(port);
  const { sink } = await collect(port, ALL);
  const first = (channel: string) => sink.of(channel).find(({ raw }) => raw !== null);
  await sink.until(() => first('none') !== undefined && first('flow') !== undefined);
  expect(first('flow')).toMatchObject({ value: 12.5, quality: 'good', reason: 'none', origin: 'device' });
  expect(first('total')).toMatchObject({ value: 2 * 2 ** 32 + 5 });
  expect(first('running')).toMatchObject({ value: 1 });
  expect(first('label')).toMatchObject({ value: null, quality: 'missing', reason: 'unreadable' });
  expect(first('tank')).toMatchObject({
    value: null,
    quality: 'missing',
    reason: 'device-fault',
    raw: expect.stringContaining('BadSensorFailure') as string,
  });
  expect(first('none')).toMatchObject({
    value: null,
    reason: 'device-exception',
    raw: expect.stringContaining('BadNodeIdUnknown') as string,
  });
  expect(
    await bearingOwnTime(sink, (value, time) => set('Flow', 'Double', value, 'UncertainEngineeringUnitsExceeded', time)),
  ).toMatchObject({
    quality: 'suspect',
    reason: 'out-of-range',
  });
  const times = sink.of('flow').map(({ timeMs }) => timeMs);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  for (const request of requests) {
    expect(request).toMatch(/^(GetEndpoints|CreateSession|ActivateSession|Read|CloseSession|OpenSecureChannel|CloseSecureChannel)Request$/);
  }
  expect(requests).toContain('ReadRequest');
});

it('is told of changes beyond the dead-band between the readings, at their own times, and of none within it', async () => {
  const port = await freePort();
  const { set, requests } = await serve(port);
  const change = { sampling: '50ms' };
  const { source, sink } = await collect(port, {
    // In the unit of the channel, a tenth of the node's.
    flow: { ...read('Flow'), every: '9999d', scale: 10, change: { absolute: 20, ...change } },
    total: { ...read('Total'), every: '9999d', change },
    tank: { ...read('Tank'), every: '9999d', change: { percent: 1, ...change } },
    pace: read('Flow'),
  });
  // Behind the first reading of any node the server is asked to report; the others are due in decades.
  await sink.until(() => sink.of('pace').some(({ value }) => value === 12.5));
  await sink.until(() => sink.of('flow').length > 0 && sink.of('total').length > 0);
  expect(sink.of('flow')[0]).toMatchObject({ value: 125, quality: 'good' });
  const reported: { value: number; timeMs: number }[] = [];
  for (const [value, beyond] of [
    [13, false],
    [14.6, true],
    [16, false],
    [16.7, true],
    [20, true],
  ] as const) {
    const time = new Date();
    const count = sink.of('total').length;
    set('Flow', 'Double', value, 'Good', time);
    set('Total', 'Int64', [0, Math.round(value * 10)]);
    await sink.until(() => sink.of('total').length > count);
    if (!beyond) continue;
    reported.push({ value: value * 10, timeMs: time.getTime() });
    await sink.until(() => sink.of('flow').at(-1)?.value === value * 10);
  }
  expect(sink.of('flow').slice(1)).toMatchObject(reported);
  // A status is a change whatever the dead-band.
  set('Flow', 'Double', 20, 'BadSensorFailure');
  await sink.until(() => sink.of('flow').at(-1)?.reason === 'device-fault');
  // The server states no range for this node, so that no percentage of it is a dead-band: said, and read all the same.
  await sink.until(() => sink.events.some(({ event }) => event === 'reports-refused'));
  expect(sink.events.find(({ event }) => event === 'reports-refused')?.detail).toMatch(/ns=1;s=Tank: .*Bad/);
  expect(source.status().lastError).toContain('ns=1;s=Tank');
  for (const request of requests)
    expect(request).toMatch(
      /^(GetEndpoints|CreateSession|ActivateSession|Read|CreateSubscription|CreateMonitoredItems|Publish|CloseSession|OpenSecureChannel|CloseSecureChannel)Request$/,
    );
});

it('is told of changes again after the server was away', async () => {
  const port = await freePort();
  const server = await serve(port);
  const { sink } = await collect(port, { flow: { ...read('Flow'), every: '9999d', change: { sampling: '50ms' } }, pace: read('Total') });
  await sink.until(() => sink.of('flow').some(({ value }) => value === 125 / 10));
  await server.stop();
  await sink.until(() => sink.of('pace').some(({ reason }) => reason === 'communication'));
  const { set } = await serve(port);
  await sink.until(() => sink.of('pace').at(-1)?.value !== null);
  set('Flow', 'Double', 44);
  await sink.until(() => sink.of('flow').some(({ value }) => value === 44));
});

it('goes on by itself after the server was away, and no time is without a sample', async () => {
  const port = await freePort();
  const server = await serve(port);
  const { source, sink } = await collect(port, { flow: read('Flow') });
  await sink.until(() => sink.of('flow').some(({ value }) => value === 12.5));
  await server.stop();
  await sink.until(() => sink.of('flow').some(({ reason }) => reason === 'communication'));
  const { set } = await serve(port);
  set('Flow', 'Double', 44);
  await sink.until(() => sink.of('flow').some(({ value }) => value === 44));
  expect(source.status().counts.reconnects).toBeGreaterThanOrEqual(1);
});

it('signs in with a name, and is refused with the wrong password', async () => {
  const port = await freePort();
  process.env.OPCUA_TEST_PASSWORD = 'right';
  await serve(port, {
    allowAnonymous: false,
    userManager: { isValidUser: (name: string, password: string) => name === 'reader' && password === 'right' },
  });
  const device = { username: { env: 'OPCUA_TEST_NAME' }, password: { env: 'OPCUA_TEST_PASSWORD' } };
  process.env.OPCUA_TEST_NAME = 'reader';
  const { sink } = await collect(port, { flow: read('Flow') }, device);
  await sink.until(() => sink.of('flow').some(({ value }) => value === 12.5));
  process.env.OPCUA_TEST_PASSWORD = 'wrong';
  const other = await collect(port, { flow: read('Flow') }, device);
  await other.sink.until(() => other.source.status().state === 'waiting' && other.sink.taken.length > 2);
  expect(other.sink.of('flow').every(({ value }) => value === null)).toBe(true);
});

it('encrypts, with a server only whose certificate was put among the trusted ones', async () => {
  const port = await freePort();
  await serve(port, { securityModes: [opcua.MessageSecurityMode.SignAndEncrypt], securityPolicies: [opcua.SecurityPolicy.Basic256Sha256] });
  const device = { security: 'SignAndEncrypt', policy: 'Basic256Sha256' };
  const { sink, dataDir } = await collect(port, { flow: read('Flow') }, device);
  const pki = join(dataDir, 'opcua', 'pki');
  const rejected = async () => (await readdir(join(pki, 'rejected')).catch(() => [])).filter((name) => name.endsWith('.pem'));
  await sink.until(() => sink.taken.length > 3);
  while ((await rejected()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sink.of('flow').every(({ value }) => value === null)).toBe(true);
  for (const name of await rejected()) await rename(join(pki, 'rejected', name), join(pki, 'trusted', 'certs', name));
  await sink.until(() => sink.of('flow').some(({ value }) => value === 12.5));
});

it('knows status codes by the numbers that others know them by', () => {
  const said = (name: string) => readStatus(StatusCodes[name]?.value ?? Number.NaN);
  const communication = [
    'BadCommunicationError',
    'BadTimeout',
    'BadNoCommunication',
    'BadNotConnected',
    'BadShutdown',
    'BadServerNotConnected',
    'BadServerHalted',
    'BadRequestTimeout',
    'UncertainLastUsableValue',
    'UncertainNoCommunicationLastUsableValue',
  ];
  for (const name of communication) expect([name, said(name)]).toEqual([name, { quality: 'missing', reason: 'communication' }]);
  for (const name of ['BadDeviceFailure', 'BadSensorFailure']) expect(said(name)).toEqual({ quality: 'missing', reason: 'device-fault' });
  for (const name of ['UncertainSensorNotAccurate', 'UncertainSubNormal'])
    expect(said(name)).toEqual({ quality: 'suspect', reason: 'device-fault' });
  expect(said('BadOutOfService')).toEqual({ quality: 'missing', reason: 'maintenance' });
  expect(said('BadOutOfRange')).toEqual({ quality: 'missing', reason: 'out-of-range' });
  expect(said('UncertainEngineeringUnitsExceeded')).toEqual({ quality: 'suspect', reason: 'out-of-range' });
  expect(said('UncertainTransducerInManual')).toEqual({ quality: 'suspect', reason: 'maintenance' });
  expect(said('UncertainSensorCalibration')).toEqual({ quality: 'suspect', reason: 'calibration' });
  for (const name of ['GoodLocalOverride', 'UncertainSubstituteValue', 'UncertainInitialValue']) {
    expect(said(name)).toEqual({ quality: 'suspect', reason: 'unknown-mark' });
  }
  for (const name of ['BadWaitingForInitialData', 'BadNoData']) expect(said(name)).toEqual({ quality: 'missing', reason: 'silent' });
});
