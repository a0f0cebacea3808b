import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFrame } from '../../../collector/sources/cjt188/frame.ts';
import { clockIn as cjt188Clock } from '../../../collector/sources/cjt188/quantity.ts';
import { clockIn as dlt645Clock } from '../../../collector/sources/dlt645/identifier.ts';
import { secondsAhead } from '../../../collector/sources/meter-clock.ts';

const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 0, 1) });
const offset = fc.constantFrom(-330, 0, 480, 765);

/** What a clock shows that runs in the plant's time. */
function shown(ms: number, offsetMinutes: number) {
  const local = new Date(ms + offsetMinutes * 60_000);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  return { year, month, day, hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds() };
}

describe("a meter's own clock", () => {
  it('is ahead by what it shows more than now', () => {
    fc.assert(
      fc.property(instant, offset, fc.integer({ min: -1e8, max: 1e8 }), (nowMs, offsetMinutes, aheadS) => {
        const toSecond = Math.floor(nowMs / 1000) * 1000;
        expect(secondsAhead(shown(toSecond + aheadS * 1000, offsetMinutes), toSecond, offsetMinutes)).toBe(aheadS);
      }),
    );
  });

  it('that shows no time is not believed', () => {
    const face = { year: 2026, month: 2, day: 28, hour: 0, minute: 0, second: 0 };
    for (const wrong of [{ month: 13 }, { month: 0 }, { day: 29 }, { day: 0 }, { hour: 24 }, { minute: 60 }, { second: 60 }])
      expect(secondsAhead({ ...face, ...wrong }, 0, 480)).toBeNull();
  });

  it('of an electricity meter tells its time of day: the nearest one is meant', () => {
    fc.assert(
      fc.property(instant, offset, fc.integer({ min: -43_199, max: 43_199 }), (nowMs, offsetMinutes, aheadS) => {
        const toSecond = Math.floor(nowMs / 1000) * 1000;
        const { hour, minute, second } = shown(toSecond + aheadS * 1000, offsetMinutes);
        const data = Buffer.from([second, minute, hour].map((two) => String(two).padStart(2, '0')).join(''), 'hex');
        expect(dlt645Clock(data, toSecond, offsetMinutes)).toBe(aheadS);
      }),
    );
    for (const none of ['ffffff', '000024', '006000', '600000', 'ff0000', '00ff00', '0000ff', '', '0000', '00000000'])
      expect(dlt645Clock(Buffer.from(none, 'hex'), 0, 480)).toBeNull();
  });

  /** @source the published frame of test/collector/sources/cjt188: 2015-05-11 22:01:31 */
  it('of a water meter stands in its current readings', () => {
    const wire = '6810443322110033788116 1F9000 007766552C 007766552C 31012211051520 2184 1316'.replaceAll(' ', '');
    const found = findFrame(Buffer.from(wire, 'hex'));
    if (found.kind !== 'answer') throw new Error('the published frame is one');
    const data = found.answer.data.subarray(3);
    expect(cjt188Clock(data, Date.parse('2015-05-11T22:00:00+08:00'), 480)).toBe(91);
    expect(cjt188Clock(data.subarray(1), 0, 480)).toBeNull();
    for (let at = data.length - 9; at < data.length - 2; at++) {
      const unknown = Buffer.from(data);
      unknown[at] = 0xff;
      expect(cjt188Clock(unknown, 0, 480)).toBeNull();
    }
  });
});
