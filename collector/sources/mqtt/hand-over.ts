import type { Sample } from '../../sample/sample.ts';
import type { Quarantined, Sink, SourceEvent } from '../source.ts';
import { acknowledge, type Held } from './broker.ts';

/** What one message amounts to. */
export interface Read {
  readonly message: Held;
  readonly samples: readonly Sample[];
  readonly quarantined: readonly Quarantined[];
}

/**
 * Hands over what messages amount to and acknowledges them once all of it is on disk. Where something of it is not, their connections are
 * given up: the broker sends what it got no acknowledgement for again, and it is counted as returned. What wanted no acknowledgement
 * (quality of service 0) does not come again: it stays counted as polled and nothing else.
 *
 * @param further what else must be kept before they are acknowledged.
 * @throws where they were not acknowledged.
 */
export async function handOver(
  sink: Sink,
  reads: readonly Read[],
  events: readonly SourceEvent[] = [],
  further: Promise<unknown> | null = null,
): Promise<void> {
  const samples = reads.flatMap((read) => read.samples);
  const quarantined = reads.flatMap((read) => read.quarantined);
  sink.intake?.samples(samples);
  for (const item of quarantined) sink.intake?.quarantine(item);
  const written = samples.length === 0 ? Promise.resolve() : sink.samples(samples);
  const aside = quarantined.map((item) => sink.quarantine(item));
  const outcomes = await Promise.allSettled([written, ...aside, ...events.map((item) => sink.event(item)), further]);
  const messages = reads.map(({ message }) => message);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) {
    acknowledge(messages);
    return;
  }
  const refused = new Set(quarantined.filter((_, at) => outcomes[at + 1]!.status === 'rejected'));
  for (const read of reads) {
    if (read.message.id === null) continue;
    if (outcomes[0]!.status === 'rejected') sink.intake?.returned(read.samples);
    sink.intake?.returned(read.quarantined.filter((item) => refused.has(item)));
  }
  const { reason } = failed;
  const error = new Error(`not written: ${reason instanceof Error ? reason.message : String(reason)}`);
  for (const link of new Set(messages.map(({ link }) => link))) link.giveUp(error);
  throw error;
}
