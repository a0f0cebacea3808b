import type { Sample } from '../../sample/sample.ts';
import type { Sink } from '../source.ts';

/**
 * Hands over samples and counts them.
 *
 * @param again what is not taken now comes again: the station is not answered, or is asked once more.
 */
export async function handCounted(sink: Sink, samples: readonly Sample[], again: boolean): Promise<void> {
  sink.intake?.samples(samples);
  try {
    await sink.samples(samples);
  } catch (error) {
    if (again) sink.intake?.returned(samples);
    throw error;
  }
}
