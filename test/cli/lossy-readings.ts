import type { JournalRecord } from '../../collector/journal/record.ts';

export const T0 = Date.parse('2026-03-01T00:00:00+08:00');

/** Four days of the plant of `twoMeters`, a tenth of whose water is lost. @param t0 when the first day begins. */
export function lossyReadings(t0 = T0): JournalRecord[] {
  const state = { quality: 'good', reason: 'none', origin: 'simulated', raw: null } as const;
  return [['IN', 100] as const, ['OUT', 90] as const].flatMap(([channel, rate]) =>
    Array.from({ length: 96 * 6 + 1 }, (_, k): JournalRecord => {
      return { kind: 'sample', sample: { channel, timeMs: t0 + k * 600_000, value: (rate * k) / 6, ...state } };
    }),
  );
}
