import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursOf, lastComplete, windowOf } from '../../../balance/window/window.ts';

const at = (text: string) => Date.parse(text);

describe('windows', () => {
  it('ends on the last full hour', () => {
    expect(lastComplete(at('2026-03-05T10:47:13+08:00'), '00:00', 480)).toEqual({
      fromMs: at('2026-03-02T10:00:00+08:00'),
      toMs: at('2026-03-05T10:00:00+08:00'),
    });
  });

  it('counts hours from the start of the production day', () => {
    expect(lastComplete(at('2026-03-05T10:29:59+08:00'), '07:30', 480).toMs).toBe(at('2026-03-05T09:30:00+08:00'));
    expect(lastComplete(at('2026-03-05T10:30:00+05:30'), '00:00', 330).toMs).toBe(at('2026-03-05T10:00:00+05:30'));
  });

  it('is complete, 72 h long and less than an hour old', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: -720, max: 840 }),
        (now, start, offset) => {
          const day = `${String(Math.floor(start / 60)).padStart(2, '0')}:${String(start % 60).padStart(2, '0')}`;
          const window = lastComplete(now, day, offset);
          expect(hoursOf(window)).toBe(72);
          expect(now - window.toMs).toBeGreaterThanOrEqual(0);
          expect(now - window.toMs).toBeLessThan(3_600_000);
          expect((((window.toMs / 60_000 + offset - start) % 60) + 60) % 60).toBe(0);
        },
      ),
    );
  });

  it('must end after it starts', () => {
    expect(() => windowOf(5, 5)).toThrow(/end after it starts/);
    expect(() => windowOf(Number.NaN, 5)).toThrow();
  });
});
