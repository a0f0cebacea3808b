import type { Declaration, Exemption } from '../../config/plant/permit.ts';
import { durationMs, instantMs } from '../../config/plant/time.ts';
import type { Mark } from './marks.ts';
import { merged, type Span } from './spans.ts';

const concerns = (codes: readonly string[] | undefined, code: string): boolean => codes === undefined || codes.includes(code);

/** What was declared for a monitor, as marks. */
export function declaredMarks(declared: readonly Declaration[], code: string, offsetMinutes: number): Mark[] {
  return declared
    .filter(({ codes }) => concerns(codes, code))
    .map(({ state, from, to }) => ({
      label: state,
      by: 'declared',
      fromMs: instantMs(from, offsetMinutes),
      toMs: instantMs(to, offsetMinutes),
    }));
}

/**
 * Time in which no limit holds for a code: declared start-ups and shutdowns, each no longer than the permit exempts, from its beginning;
 * and declared stops, in which nothing is discharged.
 *
 * What was declared after it had ended exempts nothing.
 */
export function exemptSpans(declared: readonly Declaration[], exempt: readonly Exemption[], code: string, offsetMinutes: number): Span[] {
  const at = (text: string): number => instantMs(text, offsetMinutes);
  return merged(
    declared.flatMap(({ state, from, to, codes, declaredAt }): Span[] => {
      const [fromMs, toMs] = [at(from), at(to)];
      if (!concerns(codes, code) || at(declaredAt) > toMs) return [];
      if (state === 'stopped') return [{ fromMs, toMs }];
      const allowed = exempt.find(
        (one) =>
          one.state === state &&
          concerns(one.codes, code) &&
          (one.from === undefined || at(one.from) <= fromMs) &&
          (one.to === undefined || at(one.to) > fromMs),
      );
      return allowed === undefined ? [] : [{ fromMs, toMs: Math.min(toMs, fromMs + durationMs(allowed.longest)) }];
    }),
  );
}
