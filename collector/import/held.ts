import type { JournalGroup } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';

/** What of an import the journal does not hold yet, and what it holds otherwise. */
export interface News {
  readonly fresh: readonly Sample[];
  /** Readings whose channel and time the journal has with another value, or with the same as a limit; the journal's first. */
  readonly changed: readonly (readonly [Sample, Sample])[];
  readonly known: number;
}

/**
 * Compares an import with the journal, corrections included, in one pass over it. Only what was written by hand or imported counts as
 * held: readings of the device itself are others.
 */
export async function newsAgainst(groups: AsyncIterable<JournalGroup>, samples: readonly Sample[]): Promise<News> {
  const held = new Map<string, Sample>();
  const wanted = new Set(samples.map(keyOf));
  for await (const { records } of groups) {
    for (const record of records) {
      if (record.kind === 'sample') {
        const { sample } = record;
        if (sample.origin === 'device' || sample.origin === 'simulated') continue;
        const key = keyOf(sample);
        if (wanted.has(key)) held.set(key, sample);
      } else if (record.kind === 'correction') {
        const key = keyOf({ channel: record.channel, timeMs: record.sampleTimeMs });
        const sample = held.get(key);
        if (sample !== undefined) held.set(key, corrected(sample, record.value));
      }
    }
  }
  const fresh: Sample[] = [];
  const changed: [Sample, Sample][] = [];
  for (const sample of samples) {
    const old = held.get(keyOf(sample));
    if (old === undefined) fresh.push(sample);
    else if (old.value !== sample.value || isLimit(old, sample)) changed.push([old, sample]);
  }
  return { fresh, changed, known: samples.length - fresh.length - changed.length };
}

const keyOf = ({ channel, timeMs }: { readonly channel: string; readonly timeMs: number }): string => `${timeMs} ${channel}`;

/** Whether the number that both state is a value in one of them and the limit that the value is below in the other; marks of people aside. */
function isLimit({ reason: a }: Sample, { reason: b }: Sample): boolean {
  return (a === 'below-detection' && b === 'none') || (a === 'none' && b === 'below-detection');
}

function corrected(sample: Sample, value: number | null): Sample {
  return value === null ? { ...sample, value, quality: 'missing' } : { ...sample, value };
}
