import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownSample, PRECISION_MS, type Precision, parseLines, pointRows } from '../../../collector/import/line-protocol.ts';
import { Fault } from '../../../config/words/fault.ts';

const AT = Date.UTC(2026, 2, 1);
const escaped = (text: string, what: RegExp) => text.replace(what, (character) => `\\${character}`);

/** Names as people give them: letters of any script, blanks, commas, equals signs, quotation marks. */
const name = fc.string({ unit: fc.constantFrom('a', 'B', '流', ' ', ',', '=', '_', '1'), minLength: 1, maxLength: 6 });
const field = fc.oneof(
  // A zero below zero is written as one that is none.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [value + 0, String(value)] as const),
  fc.integer().map((value) => [value, `${value}i`] as const),
  fc.nat().map((value) => [value, `${value}u`] as const),
  fc.constantFrom([true, 't'], [true, 'TRUE'], [false, 'f'], [false, 'False']),
  fc
    .string({ unit: fc.constantFrom('a', ' ', ',', '=', '"', '\\', '值') })
    .map((value) => [value, `"${escaped(value, /["\\]/g)}"`] as const),
);

describe('line protocol', () => {
  it('is read as it was written, whatever stands in names and texts, at every precision', () => {
    const tags = fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true });
    const fields = fc.dictionary(name, field, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    const precision = fc.constantFrom<Precision>('ns', 'us', 'ms', 's');
    fc.assert(
      fc.property(
        name,
        tags,
        fields,
        precision,
        fc.integer({ min: 631_152_000, max: 2 ** 31 }),
        (measurement, tagged, written, unit, second) => {
          const key = (text: string) => escaped(text, /[,= ]/g);
          const series = [escaped(measurement, /[, ]/g), ...Object.entries(tagged).map(([tag, value]) => `${key(tag)}=${key(value)}`)].join(
            ',',
          );
          const body = Object.entries(written)
            .map(([own, [, text]]) => `${key(own)}=${text}`)
            .join(',');
          const stamp =
            unit === 'ns' ? `${second}000000123` : unit === 'us' ? `${second}000999` : unit === 'ms' ? `${second}000` : `${second}`;
          expect(parseLines(`# none\n\n${series} ${body} ${stamp}\r\n`, 'a.lp', unit)).toEqual([
            {
              measurement,
              tags: tagged,
              fields: Object.fromEntries(Object.entries(written).map(([own, [value]]) => [own, value])),
              timeMs: second * 1000,
            },
          ]);
          expect(PRECISION_MS.s).toBe(1000);
        },
      ),
    );
  });

  it.each([
    'flow value=1',
    'flow,meter=FT1 1772323200000',
    'flow value=1 1772323200000 2',
    'flow value=1 17.5',
    'flow value=1 1e12',
    ',meter=FT1 value=1 1772323200000',
    'flow,meter value=1 1772323200000',
    'flow,meter= value=1 1772323200000',
    'flow,=FT1 value=1 1772323200000',
    'flow value= 1772323200000',
    'flow value=abc 1772323200000',
    'flow value="abc 1772323200000',
    'flow value=" 1772323200000',
    'flow value=1ix 1772323200000',
  ])('%s is none: the file is refused with the number of the line', (line) => {
    const refused = () => parseLines(`flow value=1 1772323200000\n\n${line}\n`, 'past.lp', 'ms');
    expect(refused).toThrow(Fault);
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ code: 'import.line', place: 'past.lp:3' });
    }
  });

  it.each([
    ['ns', '1772323200000', 'ms'],
    ['ns', '1772323200', 's'],
    ['us', '1772323200000000000', 'ns'],
    ['s', '1772323200000', 'ms'],
    ['ms', '9999999999999999999', null],
    ['ms', '-1', null],
  ] as const)('with time stamps that are no time in %s (%s) is refused, with the unit in which they are one', (precision, stamp, fits) => {
    const said = fits === null ? /1990 to 2100$/ : new RegExp(`is it --precision ${fits}\\?$`);
    expect(() => parseLines(`# past\nflow value=1 ${stamp}`, 'past.lp', precision)).toThrow(
      expect.objectContaining({ code: 'import.precision', place: 'past.lp:2', en: expect.stringMatching(said) }),
    );
  });

  it('names its series by the channel that a tag, the measurement and field, or the measurement names, else in full', () => {
    const rows = (text: string, ...known: string[]) =>
      pointRows(parseLines(text, 'a.lp', 'ms'), new Set(known)).map(([, tag, value]) => [tag, value]);
    const one = `flow,meter=FT1 value=1 ${AT}`;
    expect(rows(one, 'FT1', 'flow.value', 'value', 'flow').at(-1)).toEqual(['FT1', 1]);
    expect(rows(one, 'flow.value', 'value', 'flow').at(-1)).toEqual(['flow.value', 1]);
    expect(rows(one, 'value', 'flow').at(-1)).toEqual(['value', 1]);
    expect(rows(one, 'flow').at(-1)).toEqual(['flow', 1]);
    expect(rows(one).at(-1)).toEqual(['flow,meter=FT1 value', 1]);
    // Of several fields the meter alone does not say which.
    expect(rows(`flow,meter=FT1 total=7,on=true ${AT}`, 'FT1', 'flow', 'flow.total').slice(1)).toEqual([
      ['flow.total', 7],
      ['flow,meter=FT1 on', 1],
    ]);
    expect(pointRows(parseLines(one, 'a.lp', 'ms'), new Set(['FT1']))).toEqual([
      ['time', 'tag', 'value'],
      [new Date(AT).toISOString(), 'FT1', 1],
    ]);
  });

  it('of our own stores is a sample where quality, reason and value fit each other, and a point of another make where they do not', () => {
    const own = (series: string, fields: string) => ownSample(parseLines(`${series} ${fields} ${AT}`, 'a.lp', 'ms')[0]!);
    expect(own('sample,channel=a', 'v=5,q=0i,r=0i')).toEqual({
      channel: 'a',
      timeMs: AT,
      value: 5,
      quality: 'good',
      reason: 'none',
      origin: 'import',
      raw: null,
    });
    expect(own('sample,channel=a', 'q=2i,r=13i')).toMatchObject({ value: null, quality: 'missing', reason: 'garbage' });
    for (const [series, fields] of [
      ['flow,channel=a', 'v=5,q=0i,r=0i'],
      ['sample,meter=a', 'v=5,q=0i,r=0i'],
      ['sample,channel=a', 'v=5,q="0",r=0i'],
      ['sample,channel=a', 'v=5,q=0i'],
      ['sample,channel=a', 'v=5,q=7i,r=0i'],
      ['sample,channel=a', 'v=5,q=0i,r=99i'],
      ['sample,channel=a', 'v=5,q=2i,r=1i'],
      ['sample,channel=a', 'q=0i,r=0i'],
    ] as const) {
      expect(own(series, fields), `${series} ${fields}`).toBeNull();
    }
  });
});
