import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, readCell } from '../../../collector/import/cell.ts';
import { csvRows } from '../../../collector/import/rows.ts';
import { decodeText } from '../../../collector/import/table.ts';
import { readTime } from '../../../collector/import/time.ts';

describe('readCell', () => {
  it.each([
    ['12.5', { kind: 'value', value: 12.5 }],
    [' 1,234,567.8 ', { kind: 'value', value: 1_234_567.8 }],
    ['１２．５', { kind: 'value', value: 12.5 }],
    ['-3.2E-2', { kind: 'value', value: -0.032 }],
    [0, { kind: 'value', value: 0 }],
    ['<0.05', { kind: 'below', limit: 0.05 }],
    ['＜ 0.05', { kind: 'below', limit: 0.05 }],
    ['0.025L', { kind: 'below', limit: 0.025 }],
    ['未检出', { kind: 'below', limit: null }],
    ['ND', { kind: 'below', limit: null }],
    ['Bad', { kind: 'missing', reason: 'device-fault' }],
    ['坏点', { kind: 'missing', reason: 'device-fault' }],
    ['I/O Timeout', { kind: 'missing', reason: 'communication' }],
    ['Scan Off', { kind: 'missing', reason: 'collector-stopped' }],
    ['Out of Serv', { kind: 'missing', reason: 'maintenance' }],
    ['离线', { kind: 'missing', reason: 'communication' }],
    ['停产', { kind: 'missing', reason: 'plant-stopped' }],
    ['NaN', { kind: 'missing', reason: 'garbage' }],
    [1e38, { kind: 'missing', reason: 'garbage' }],
    ['3.4028235E+38', { kind: 'missing', reason: 'garbage' }],
    ['-1e38', { kind: 'missing', reason: 'garbage' }],
    ['9.9e37', { kind: 'value', value: 9.9e37 }],
    [Number.POSITIVE_INFINITY, { kind: 'missing', reason: 'garbage' }],
    ['', { kind: 'blank' }],
    ['—', { kind: 'blank' }],
    [null, { kind: 'blank' }],
    ['约12', { kind: 'unreadable' }],
    ['12.5.1', { kind: 'unreadable' }],
    ['1,23', { kind: 'unreadable' }],
    ['0x10', { kind: 'unreadable' }],
    ['1e999', { kind: 'unreadable' }],
    ['<', { kind: 'unreadable' }],
    ['<-1', { kind: 'unreadable' }],
    ['5²', { kind: 'unreadable' }],
    ['L', { kind: 'unreadable' }],
    ['constructor', { kind: 'unreadable' }],
    [true, { kind: 'unreadable' }],
  ])('%s', (cell, expected) => {
    expect(readCell(cell)).toEqual(expected);
  });

  it('reads every number as it was written, and makes a number of nothing else', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9e37, max: 9e37 }), (value) => {
        expect(readCell(String(value))).toEqual({ kind: 'value', value: Number(String(value)) });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readCell(text);
        if (read.kind === 'value') expect(read.value).toBe(Number(plain(text).replace(/[\s,]/g, '')));
      }),
    );
  });
});

describe('readTime', () => {
  const at = (text: string) => Date.parse(text);
  it.each([
    ['2026-03-01 08:00', null, '2026-03-01T08:00:00+08:00'],
    ['2026/3/1 8:05:09', null, '2026-03-01T08:05:09+08:00'],
    ['2026年3月1日8时', null, '2026-03-01T08:00:00+08:00'],
    ['2026年3月1日 8时30分', null, '2026-03-01T08:30:00+08:00'],
    ['01-Mar-26 08:00:05', null, '2026-03-01T08:00:05+08:00'],
    ['1-mar-2026 8:00', null, '2026-03-01T08:00:00+08:00'],
    ['01-Mar-26', null, '2026-03-01T00:00:00+08:00'],
    ['20260301080005', null, '2026-03-01T08:00:05+08:00'],
    ['202603010805', null, '2026-03-01T08:05:00+08:00'],
    ['2026/3/1 上午8:00', null, '2026-03-01T08:00:00+08:00'],
    ['2026/3/1 下午 2:30:15', null, '2026-03-01T14:30:15+08:00'],
    ['2026年3月1日 上午12时05分', null, '2026-03-01T00:05:00+08:00'],
    ['2026-03-01 11:05:09 PM', null, '2026-03-01T23:05:09+08:00'],
    ['2026/3/1 12:00:00 AM', null, '2026-03-01T00:00:00+08:00'],
    ['2026/3/1', '12:10 p.m.', '2026-03-01T12:10:00+08:00'],
    ['01-Mar-26 02:00:00 PM', null, '2026-03-01T14:00:00+08:00'],
    ['2026/3/1', '下午12:10', '2026-03-01T12:10:00+08:00'],
    ['2026.3.1', null, '2026-03-01T00:00:00+08:00'],
    ['2026-03-01 24:00', null, '2026-03-02T00:00:00+08:00'],
    ['2026-03-01', '8:30', '2026-03-01T08:30:00+08:00'],
    ['2026-03-01', 0.5, '2026-03-01T12:00:00+08:00'],
    ['2026-03-01T08:00:00+09:00', null, '2026-03-01T07:00:00+08:00'],
    ['2026-03-01T00:00:00Z', null, '2026-03-01T08:00:00+08:00'],
    [46_082 + 1 / 3, null, '2026-03-01T08:00:00+08:00'],
    [new Date('2026-03-01T08:00:00Z'), null, '2026-03-01T08:00:00+08:00'],
    ['2026-03-01 08:00:00.5', null, '2026-03-01T08:00:00.500+08:00'],
    ['2026-03-01 08:00:00.25', null, '2026-03-01T08:00:00.250+08:00'],
    ['2026-03-01 08:00:00.2509', null, '2026-03-01T08:00:00.250+08:00'],
    ['2026-03-01 08:00:00.250', null, '2026-03-01T08:00:00.250+08:00'],
  ])('%s %s', (cell, clock, expected) => {
    expect(readTime(cell, clock, 480)).toBe(at(expected));
  });

  it('reads each second of a century in whatever way it is written', () => {
    const two = (part: number) => String(part).padStart(2, '0');
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -12, max: 14 }), (second, hours) => {
        const wall = new Date(second * 1000);
        const iso = wall.toISOString();
        const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19)] as const;
        const [y, mo, d] = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()];
        const [h, m, s] = [wall.getUTCHours(), wall.getUTCMinutes(), wall.getUTCSeconds()];
        const half = `${h < 12 ? '上午' : '下午'}${h % 12 === 0 ? 12 : h % 12}:${two(m)}:${two(s)}`;
        const offsetMinutes = hours * 60;
        const expected = second * 1000 - offsetMinutes * 60_000;
        for (const text of [
          `${date} ${clock}`,
          `${date}T${clock}.000`,
          `${y}/${mo}/${d} ${h}:${m}:${s}`,
          `${y}.${mo}.${d} ${h}:${two(m)}:${two(s)}`,
          `${y}年${mo}月${d}日${h}时${m}分${s}秒`,
          `${two(d)}-${months[mo - 1]}-${y} ${clock}`,
          `${d}-${months[mo - 1]!.toUpperCase()}-${String(y).slice(2)} ${clock}`,
          iso.slice(0, 19).replace(/\D/g, ''),
          `${y}/${mo}/${d} ${half}`,
        ]) {
          expect(readTime(text, null, offsetMinutes), text).toBe(expected);
        }
        expect(readTime(iso, null, offsetMinutes)).toBe(second * 1000);
        expect(readTime(wall, null, offsetMinutes)).toBe(expected);
        expect(readTime((second * 1000 - Date.UTC(1899, 11, 30)) / 86_400_000, null, offsetMinutes)).toBe(expected);
        for (const apart of [clock, `${h}时${m}分${s}秒`, half, ((second * 1000) % 86_400_000) / 86_400_000, wall]) {
          expect(readTime(date, apart, offsetMinutes), String(apart)).toBe(expected);
        }
      }),
    );
  });

  it.each([19_999, 20_000, 80_000, -1, Number.NaN, true])('the number %s is no day', (cell) => {
    expect(readTime(cell, null, 480)).toBeNull();
  });

  it.each(['8:60', '8:00:60', '24:01', '24:00:01', '25:00', '下午13:00', 'x', -0.1, 1.1, true])('%s is no time of a day', (clock) => {
    expect(readTime('2026-03-01', clock, 480)).toBeNull();
  });

  it.each([
    '2026-03-01 08:60',
    '2026-03-01 08:00:60',
    '2026-03-01T08:00:00+99:00',
    '2026-02-30',
    '2026-13-01',
    '2026-03-01 25:00',
    '24:30',
    '20261301080000',
    '2026030108',
    '31-Feb-26',
    '01-Mrz-26',
    '2026/3/1 下午13:00',
    '2026/3/1 13:00 PM',
    '合计',
    'x',
    '3',
    '',
  ])('%s is none', (cell) => {
    expect(readTime(cell, null, 480)).toBeNull();
  });
});

describe('a file of text', () => {
  it('is split as it was joined', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '中', ' ', ';') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (body) => {
        const rows = [['a', 'b', 'c', 'd'], ...body];
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(csvRows(text)).toEqual(rows);
      }),
    );
    expect(csvRows('a;b\n1;2\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  it('in which a quoted cell does not end is none: what follows cannot be told apart', () => {
    expect(() => csvRows('a,b\n1,2\n3,"4\n5,6\n')).toThrow('row 3');
    expect(csvRows('a,b\n1,2"\n3,4\n')).toEqual([
      ['a', 'b'],
      ['1', '2"'],
      ['3', '4'],
    ]);
  });

  it('is read in the encoding that it has', () => {
    expect(decodeText(Buffer.from('时间'))).toBe('时间');
    expect(decodeText(Buffer.from('\ufeff时间'))).toBe('时间');
    expect(decodeText(Buffer.from('cab1bce4', 'hex'))).toBe('时间');
    expect(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('时间', 'utf16le')]))).toBe('时间');
  });
});
