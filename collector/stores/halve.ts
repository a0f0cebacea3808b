import type { Sample } from '../sample/sample.ts';
import type { QuarantineFile } from './quarantine.ts';

/** How samples reach a server in one request, and what its refusal means. */
export interface Sender {
  /**
   * Rejects where the server did not confirm.
   *
   * @param before nothing is sent until this has settled, and nothing at all where it rejected; what can be made ready meanwhile is.
   */
  send(batch: readonly Sample[], before?: Promise<void>): Promise<void>;
  /** Sends lines as they are. */
  post(lines: readonly string[]): Promise<void>;
  /** HTTP status of a refused request, null where no answer came. */
  statusOf(error: unknown): number | null;
}

const BATCH_POINTS = 10_000;

/**
 * Sends samples in batches, each confirmed by the server before the next is sent (it is made ready meanwhile), at the least one request where there are any.
 *
 * - 400 (a line it cannot take; InfluxDB has stored the others by then), 413 and 422: the batch is halved until the refused sample
 *   stands alone; that one goes to quarantine with the server's reason, the others are written on the way.
 * - 401, 403, 404, 429, 5xx, a time-out, a cut connection: nothing is known of the samples or nothing is wrong with them. Rejects, and
 *   the caller sends the same again later; a half that was stored is written over with itself.
 */
export async function sendAll(samples: Iterable<Sample>, sender: Sender, quarantine: QuarantineFile): Promise<void> {
  let batch: Sample[] = [];
  let under: Promise<void> = Promise.resolve();
  const next = async (): Promise<void> => {
    const [before, sending] = [under, sendHalving(batch, sender, quarantine, under)];
    sending.catch(() => undefined);
    under = sending;
    batch = [];
    await before;
  };
  for (const sample of samples) {
    batch.push(sample);
    if (batch.length >= BATCH_POINTS) await next();
  }
  if (batch.length > 0) await next();
  await under;
}

const REFUSALS: readonly (number | null)[] = [400, 413, 422];

async function sendHalving(batch: readonly Sample[], sender: Sender, quarantine: QuarantineFile, before?: Promise<void>): Promise<void> {
  try {
    await sender.send(batch, before);
  } catch (error) {
    if (!REFUSALS.includes(sender.statusOf(error))) throw error;
    if (batch.length === 1) {
      await quarantine.add(batch[0]!, error instanceof Error ? error.message : String(error));
      return;
    }
    const middle = batch.length >> 1;
    await sendHalving(batch.slice(0, middle), sender, quarantine);
    await sendHalving(batch.slice(middle), sender, quarantine);
  }
}
