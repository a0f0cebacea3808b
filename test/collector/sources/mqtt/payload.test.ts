import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath, valueAt } from '../../../../collector/sources/mqtt/path.ts';
import { Payload, type Place, type Reading, Unreadable } from '../../../../collector/sources/mqtt/payload.ts';
import { Sequences } from '../../../../collector/sources/mqtt/sequence.ts';
import { Silence } from '../../../../collector/sources/mqtt/silence.ts';
import { openSources } from '../../../../collector/sources/open.ts';
import { plantOf } from '../plants.ts';

const place = (text: string): Place => ({ path: parsePath(text) ?? [] });
const read = (payload: string, value = '$.v', time: string | null = null) =>
  new Payload(payload).readings({ format: 'json', value: place(value), time: time === null ? null : place(time) })[0] as Reading;
const column = (payload: string, value: number | string, time: number | string | null = null) =>
  new Payload(payload).readings({ format: 'csv', value: { column: value }, time: time === null ? null : { column: time } });

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
    const plain = (payload: string) => new Payload(payload).readings({ format: 'plain', value: place('$'), time: null });
    expect(plain(' 12.5\n')).toEqual([{ value: 12.5, timeMs: null }]);
    for (const payload of ['', 'on', '1 2', '0x1']) expect(() => plain(payload)).toThrow(Unreadable);
  });
});

describe('CSV payloads', () => {
  const at = Date.UTC(2026, 2, 1);

  it('hold readings in columns that go by number, or by their heading in the first row', () => {
    expect(column('FT1,12.5,ok', 1)).toEqual([{ value: 12.5, timeMs: null }]);
    expect(column('1772323200;12.5\n', 1, 0)).toEqual([{ value: 12.5, timeMs: at }]);
    expect(column('time,"flow, m3/h"\r\n2026-03-01T08:00:00+08:00,12.5\r\n', 'flow, m3/h', 'time')).toEqual([{ value: 12.5, timeMs: at }]);
  });

  it('hold as many readings as rows, each with its time', () => {
    expect(column('t,v\n1772323200,1\n1772323201,2\n\n1772323202,3\n', 'v', 't')).toEqual(
      [1, 2, 3].map((value, index) => ({ value, timeMs: at + 1000 * index })),
    );
  });

  it('of which some cannot be read keep the others, and their times where they state one', () => {
    expect(column('t,v\n1772323200,1\n1772323201,\nx,3\n1772323203,坏点\n1772323204,5', 'v', 't')).toEqual([
      { value: 1, timeMs: at },
      { value: null, timeMs: at + 1000, why: 'row 2: no value at its place' },
      { value: null, timeMs: null, why: 'row 3: "x" is no time with its offset' },
      { value: null, timeMs: at + 3000, why: 'row 4: "坏点" is no number' },
      { value: 5, timeMs: at + 4000 },
    ]);
  });

  it.each<[string, string, number | string, number | string | null]>([
    ['several rows have no time', '1\n2', 0, null],
    ['there is no such heading', 'a,b\n1,2', 'c', null],
    ['there are headings only', 'a,b', 'a', null],
    ['the cell is empty', '1,,3', 1, null],
    ['the row is too short', '1,2', 5, null],
    ['the cell is no number', '1,坏点', 1, null],
    ['a quotation mark is not closed', 't,v\n1772323200,"1\n1772323201,2\n', 'v', 't'],
    ['there is nothing', ' \n', 0, null],
  ])('are unreadable where %s', (_what, payload, value, time) => {
    expect(() => column(payload, value, time)).toThrow(Unreadable);
  });
});

describe("a publisher's count", () => {
  it('is read from its place and is a whole number', () => {
    expect(new Payload('{"seq":"17"}').count(place('$.seq'))).toBe(17);
    expect(new Payload('a,b\n1,18').count({ column: 'b' })).toBe(18);
    for (const text of ['{"seq":1.5}', '{}', '{"seq":1e300}']) expect(() => new Payload(text).count(place('$.seq'))).toThrow(Unreadable);
  });

  it.each([null, 256])('shows every loss and claims none where there is none, modulus %s', (modulus) => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.array(fc.nat({ max: 20 }), { maxLength: 200 }),
        fc.nat({ max: 3 }),
        (first, losses, repeats) => {
          const sequences = new Sequences();
          let number = first;
          const take = (again: boolean) => sequences.take('p', modulus === null ? number : number % modulus, modulus, again);
          take(false);
          let lost = 0;
          for (const skipped of losses) {
            number += 1 + skipped;
            const counted = take(false);
            lost += counted.kind === 'gap' ? counted.lost : 0;
            expect(counted.kind).toBe(skipped === 0 ? 'next' : 'gap');
            for (let back = 0; back < repeats; back++) {
              number -= back;
              if (number >= first) expect(take(true).kind).toBe('repeated');
              number += back;
            }
          }
          expect(lost).toBe(losses.reduce((sum, skipped) => sum + skipped, 0));
        },
      ),
    );
  });

  it('that falls back without being sent again is a new beginning; publishers do not mix', () => {
    const sequences = new Sequences({ p: 100 });
    expect(sequences.take('q', 7, null, false)).toEqual({ kind: 'first' });
    expect(sequences.take('p', 0, null, false)).toEqual({ kind: 'restarted', before: 100 });
    expect(sequences.take('p', 1, null, false)).toEqual({ kind: 'next' });
    expect(sequences.all()).toEqual({ p: 1, q: 7 });
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
    expect(() => open({ topic: 'a', format: 'csv' })).toThrow('needs its column');
    expect(() => open({ topic: 'a', format: 'csv', value: '0' })).toThrow('needs its column');
    expect(() => open({ topic: 'a', format: 'csv', value: '2', time: 'time' })).toThrow('not by both');
    expect(() => open({ topic: 'a', format: 'csv', value: '2', sequence: 'n' })).toThrow('not by both');
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

  it('of which more went by at once than are told one by one says since when nobody had looked', () => {
    const silence = new Silence(
      [
        { key: 'a', everyMs: 1000 },
        { key: 'b', everyMs: 60_000 },
      ],
      0,
    );
    const since: number[] = [];
    expect(silence.due(600_000, (fromMs) => since.push(fromMs)).filter(({ key }) => key === 'a')).toHaveLength(599);
    expect(since).toEqual([]);
    silence.heard('a', 601_000);
    expect(silence.due(1_202_000, (fromMs) => since.push(fromMs)).every(({ key }) => key === 'b')).toBe(true);
    expect(since).toEqual([601_000]);
    expect(silence.due(1_203_500, (fromMs) => since.push(fromMs))).toEqual([{ key: 'a', dueMs: 1_203_000 }]);
    expect(since).toHaveLength(1);
  });

  it('begins anew where the clock was set', () => {
    const silence = new Silence([{ key: 'a', everyMs: 1000 }], 1_000_000);
    expect(silence.due(0)).toEqual([]);
    expect(silence.due(Date.UTC(2036, 1, 7))).toEqual([]);
  });
});
