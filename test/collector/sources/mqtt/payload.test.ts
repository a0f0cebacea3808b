import { describe, expect, it } from 'vitest';
import { parsePath, valueAt } from '../../../../collector/sources/mqtt/path.ts';
import { type PayloadFormat, parseJson, readJson, readPlain, Unreadable } from '../../../../collector/sources/mqtt/payload.ts';
import { Silence } from '../../../../collector/sources/mqtt/silence.ts';
import { openSources } from '../../../../collector/sources/open.ts';
import { plantOf } from '../plants.ts';

const format = (value: string, time: string | null = null): PayloadFormat => ({
  format: 'json',
  value: parsePath(value) ?? [],
  time: time === null ? null : parsePath(time),
});
const read = (payload: string, value = '$.v', time: string | null = null) => readJson(parseJson(payload), format(value, time));

describe('paths', () => {
  it.each<[string, (string | number)[] | null]>([
    ['$', []],
    ['$.a.b', ['a', 'b']],
    ['$[0].v', [0, 'v']],
    ["$['平均 值']", ['平均 值']],
    ['$["a.b"][12]', ['a.b', 12]],
    ['$.流量', ['流量']],
    ['a.b', null],
    ['$.', null],
    ['$.a..b', null],
    ['$[x]', null],
    ['$.a]', null],
  ])('%s', (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it('find nothing that a value has not of its own', () => {
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    for (const path of [['constructor'], ['a', 'length', 'x'], ['a', 1], ['__proto__']]) expect(valueAt({ a: [] }, path)).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});

describe('JSON and plain payloads', () => {
  it.each<[string, number]>([
    ['{"v":1.5}', 1.5],
    ['{"v":"-1.5e3"}', -1500],
    ['{"v":" 7 "}', 7],
    ['{"v":true}', 1],
    ['{"v":false}', 0],
    ['{"v":0}', 0],
  ])('%s holds %d', (payload, value) => {
    expect(read(payload)).toEqual({ value, timeMs: null });
  });

  it.each(['{', '{}', '{"v":null}', '{"v":""}', '{"v":"0x10"}', '{"v":"1,5"}', '{"v":{}}', '{"v":[]}', '{"v":"NaN"}'])(
    '%s holds no number',
    (payload) => {
      expect(() => read(payload)).toThrow(Unreadable);
    },
  );

  it.each<[string, number]>([
    ['"2026-03-01T08:00:00+08:00"', Date.UTC(2026, 2, 1)],
    ['"2026-03-01 00:00:00.250Z"', Date.UTC(2026, 2, 1) + 250],
    ['1772323200', Date.UTC(2026, 2, 1)],
    ['1772323200000', Date.UTC(2026, 2, 1)],
    ['"1772323200"', Date.UTC(2026, 2, 1)],
    ['1772323200.5', Date.UTC(2026, 2, 1) + 500],
  ])('time %s', (time, timeMs) => {
    expect(read(`{"v":1,"t":${time}}`, '$.v', '$.t').timeMs).toBe(timeMs);
  });

  it.each(['"2026-03-01T08:00:00"', '"yesterday"', 'null', '{}', '"2026-13-01T00:00:00Z"'])('time %s is refused', (time) => {
    expect(() => read(`{"v":1,"t":${time}}`, '$.v', '$.t')).toThrow(Unreadable);
  });

  it('reads a plain number and nothing else', () => {
    expect(readPlain(' 12.5\n')).toEqual({ value: 12.5, timeMs: null });
    for (const payload of ['', 'on', '1 2', '0x1']) expect(() => readPlain(payload)).toThrow(Unreadable);
  });
});

describe('topics', () => {
  const open = (read: object) =>
    openSources(plantOf([{ id: 'b', protocol: 'mqtt', url: 'mqtt://127.0.0.1' }], { m: { device: 'b', ...read } }));

  it.each([{ topic: 'a/+' }, { topic: 'a/#' }, { topic: 'a/{unknown}' }, { topic: '' }])('%j cannot be used', (read) => {
    expect(() => open(read)).toThrow('cannot be used');
  });

  it('and paths are checked before anything is connected', () => {
    expect(() => open({ topic: 'a', value: 'flow' })).toThrow('no JSON path');
    expect(open({ topic: 'a/{meter}/{channel}' })).toHaveLength(1);
  });
});

describe('silence', () => {
  it('tells each message that was due and did not come, once, and none that is a little late', () => {
    const silence = new Silence([{ key: 'a', everyMs: 1000 }], 0);
    silence.heard('a', 1000);
    silence.heard('a', 2400);
    expect(silence.due(3800)).toEqual([]);
    expect(silence.due(3900)).toEqual([{ key: 'a', dueMs: 3400 }]);
    expect(silence.due(3950)).toEqual([]);
    expect(silence.due(6000).map((missed) => missed.dueMs)).toEqual([4400, 5400]);
    silence.heard('a', 6100);
    expect(silence.due(7500)).toEqual([]);
  });

  it('counts every interval of a long silence', () => {
    const silence = new Silence([{ key: 'a', everyMs: 1000 }], 0);
    const missed: number[] = [];
    for (let now = 0; now <= 60_000; now += 500) missed.push(...silence.due(now).map(({ dueMs }) => dueMs));
    expect(missed).toEqual(Array.from({ length: 59 }, (_, i) => (i + 1) * 1000));
  });

  it('begins anew where the clock was set', () => {
    const silence = new Silence([{ key: 'a', everyMs: 1000 }], 1_000_000);
    expect(silence.due(0)).toEqual([]);
    expect(silence.due(Date.UTC(2036, 1, 7))).toEqual([]);
  });
});
