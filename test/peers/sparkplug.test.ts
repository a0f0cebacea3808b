import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { Mosquitto } from './mosquitto.ts';

/** Sparkplug B through Mosquitto, its payloads written by protoc from the fields that the specification lists. */
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** @source Sparkplug 3.0.0, 6.4.1, as far as the test sends it. */
const PROTO = `syntax = "proto2";
message PropertyValue { optional uint32 type = 1; optional bool is_null = 2; oneof value { uint32 int_value = 3; string string_value = 8; } }
message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
message MetaData { optional string content_type = 2; optional string description = 8; }
message Metric {
  optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
  optional bool is_historical = 5; optional bool is_transient = 6; optional bool is_null = 7;
  optional MetaData metadata = 8; optional PropertySet properties = 9;
  oneof value {
    uint32 int_value = 10; uint64 long_value = 11; float float_value = 12; double double_value = 13;
    bool boolean_value = 14; string string_value = 15; bytes bytes_value = 16;
  }
}
message Payload { optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3; optional string uuid = 4; optional bytes body = 5; }
`;

function encoder(): (text: string) => Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-sparkplug-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'sparkplug.proto'), PROTO);
  return (text) => {
    try {
      return execFileSync('protoc', ['--encode=Payload', `--proto_path=${folder}`, 'sparkplug.proto'], { input: text });
    } catch (cause) {
      throw new Error("protoc failed or is missing: install Debian's package protobuf-compiler", { cause });
    }
  };
}

it('reads births, data and a death that the broker publishes for a node that is gone', async () => {
  const encode = encoder();
  const broker = await Mosquitto.start();
  closing.push(() => broker.remove());
  const read = (edge: string, metric: string) => ({ device: 'b', edge, metric });
  const [source] = openSources(
    plantOf([{ id: 'b', protocol: 'mqtt', url: broker.url }], {
      load: read('Plant/N1', 'Load'),
      total: { ...read('Plant/N1/Meter 1', 'Energy/Total'), scale: 0.001 },
      flow: read('Plant/N1/Meter 1', 'Flow'),
      running: read('Plant/N1/Meter 1', 'Running'),
    }),
  );
  closing.push(() => (source as Source).stop());
  const sink = new Gather();
  await (source as Source).start(sink);
  while (source?.status().state !== 'online') await new Promise((resolve) => setTimeout(resolve, 10));

  const node = await connectAsync(broker.url, {
    will: {
      topic: 'spBv1.0/Plant/NDEATH/N1',
      payload: encode('timestamp: 1 metrics { name: "bdSeq" datatype: 4 long_value: 12 }'),
      qos: 1,
      retain: false,
    },
    reconnectPeriod: 0,
  });
  closing.push(() => node.endAsync(true));
  const send = (kind: string, text: string) => node.publishAsync(`spBv1.0/Plant/${kind}`, encode(text));
  const at = 1_772_323_200_000;
  await send(
    'NBIRTH/N1',
    `timestamp: ${at} seq: 0
     metrics { name: "bdSeq" timestamp: ${at} datatype: 4 long_value: 12 }
     metrics { name: "Node Control/Rebirth" timestamp: ${at} datatype: 11 boolean_value: false }
     metrics { name: "Load" alias: 1 timestamp: ${at} datatype: 2 int_value: 4294967291 }`,
  );
  await send(
    'DBIRTH/N1/Meter 1',
    `timestamp: ${at} seq: 1
     metrics { name: "Energy/Total" alias: 2 timestamp: ${at} datatype: 8 long_value: 9007199254740993 metadata { description: "kWh × 1000" } }
     metrics { name: "Flow" alias: 3 timestamp: ${at} datatype: 9 float_value: 1.5 }
     metrics { name: "Running" alias: 4 timestamp: ${at} datatype: 11 boolean_value: true }`,
  );
  await send(
    'DDATA/N1/Meter 1',
    `timestamp: ${at + 1000} seq: 2
     metrics { alias: 3 timestamp: ${at + 900} float_value: 2.25 }
     metrics { alias: 4 timestamp: ${at + 900} boolean_value: false }
     metrics { alias: 2 timestamp: ${at + 900} is_null: true }`,
  );
  await send(
    'DDATA/N1/Meter 1',
    `timestamp: ${at + 2000} seq: 4
     metrics { alias: 3 timestamp: ${at + 1900} float_value: 0 properties { keys: "Quality" values { type: 3 int_value: 0 } } }`,
  );
  await send('DDATA/N1/Meter 1', 'seq: 5 uuid: "not a metric in sight"');
  await node.publishAsync('spBv1.0/Plant/NDATA/N1', Buffer.from([0x12, 0x7f, 1]));
  await sink.until(() => sink.quarantined.length === 1);
  node.stream.destroy();
  await sink.until(() => sink.events.some(({ event }) => event === 'node-death'));

  const seen = (channel: string) => sink.of(channel).map(({ timeMs, value, quality, reason }) => [timeMs - at, value, quality, reason]);
  const dead = expect.any(Number) as number;
  expect(seen('load')).toEqual([
    [0, -5, 'good', 'none'],
    [dead, null, 'missing', 'communication'],
  ]);
  expect(seen('total')).toEqual([
    [0, 9_007_199_254_740.992, 'good', 'none'],
    [900, null, 'missing', 'device-fault'],
    [dead, null, 'missing', 'communication'],
  ]);
  expect(seen('flow')).toEqual([
    [0, 1.5, 'good', 'none'],
    [900, 2.25, 'good', 'none'],
    [1900, null, 'missing', 'device-fault'],
    [dead, null, 'missing', 'communication'],
  ]);
  expect(seen('running')).toEqual([
    [0, 1, 'good', 'none'],
    [900, 0, 'good', 'none'],
    [dead, null, 'missing', 'communication'],
  ]);
  expect(sink.events.map(({ event, detail }) => [event, detail])).toEqual([
    ['sequence-gap', 'Plant/N1: at least 1 messages missing between 2 and 4'],
    ['node-death', 'Plant/N1'],
  ]);
  expect(source?.status().counts).toMatchObject({ lost: 1, quarantined: 1 });
  expect(sink.quarantined[0]).toMatchObject({ raw: '127f01', reason: expect.stringContaining('spBv1.0/Plant/NDATA/N1') as string });
});
