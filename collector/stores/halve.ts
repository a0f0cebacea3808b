import { Batch } from './batch.ts';
import { ByChannel } from './by-channel.ts';
import type { QuarantineFile } from './quarantine.ts';

/** How samples reach a server in one request, and what its refusal means. */
export interface Sender {
  /**
   * Rejects where the server did not confirm.
   *
   * @param before nothing is sent until this has settled, and nothing at all where it rejected; what can be made ready meanwhile is.
   */
  send(batch: Batch, before?: Promise<void>): Promise<void>;
  /** Sends lines as they are. */
  post(lines: readonly string[]): Promise<void>;
  /** HTTP status of a refused request, null where no answer came. */
  statusOf(error: unknown): number | null;
}

export const BATCH_POINTS = 10_000;

/**
 * Sends batches, two under way at a time: a server parses the one while it stores the other. A batch that says something of a
 * reading again, or of a time before the batches under way, waits for them: what is sent last holds.
 *
 * - 400 (a line it cannot take; InfluxDB has stored the others by then), 413 and 422: the batch is halved until the refused sample
 *   stands alone; that one goes to quarantine with the server's reason, the others are written on the way.
 * - 401, 403, 404, 429, 5xx, a time-out, a cut connection: nothing is known of the samples or nothing is wrong with them. Rejects, and
 *   the caller sends the same again later; a half that was stored is written over with itself.
 *
 * Nothing is under way once it has settled.
 */
export async function sendAll(
  batches: Iterable<Batch>,
  sender: Sender,
  quarantine: QuarantineFile,
  reach: Reach = new Reach(),
): Promise<void> {
  reach.begin();
  let [older, newer]: Promise<void>[] = [Promise.resolve(), Promise.resolve()];
  const next = async (batch: Batch): Promise<void> => {
    const [first, second] = [older!, newer!];
    const before = reach.runsForward(batch) ? first : Promise.all([first, second]).then(() => undefined);
    before.catch(() => undefined);
    const sending = sendHalving(batch, sender, quarantine, before);
    sending.catch(() => undefined);
    [older, newer] = [second, sending];
    await first;
  };
  try {
    for (const batch of batches) await next(batch);
    await Promise.all([older, newer]);
  } finally {
    await Promise.allSettled([older, newer]);
  }
}

/** Of a channel, the newest time in the batches before, and in the batch that was looked at last. */
interface Reached {
  call: number;
  batch: number;
  beforeMs: number;
  newestMs: number;
}

/** Tells of the batches of one `sendAll` after another whether they run forward. To be kept: making it anew costs more than asking it. */
export class Reach {
  readonly #reached = new ByChannel<Reached>(() => ({ call: -1, batch: -1, beforeMs: 0, newestMs: 0 }));
  #call = 0;
  #batch = 0;

  begin(): void {
    this.#call += 1;
  }

  /** Whether every sample is newer than all of its channel in the batches before. */
  runsForward({ channels, timeMs: times }: Batch): boolean {
    const [call, batch] = [this.#call, ++this.#batch];
    let forward = true;
    for (let i = 0; i < channels.length; i += 1) {
      const known = this.#reached.of(channels[i]!);
      const timeMs = times[i]!;
      if (known.batch !== batch) {
        known.beforeMs = known.call === call ? known.newestMs : Number.NEGATIVE_INFINITY;
        if (known.call !== call) known.newestMs = Number.NEGATIVE_INFINITY;
        known.call = call;
        known.batch = batch;
      }
      if (timeMs <= known.beforeMs) forward = false;
      if (timeMs > known.newestMs) known.newestMs = timeMs;
    }
    return forward;
  }
}

const REFUSALS: readonly (number | null)[] = [400, 413, 422];

async function sendHalving(batch: Batch, sender: Sender, quarantine: QuarantineFile, before?: Promise<void>): Promise<void> {
  try {
    await sender.send(batch, before);
  } catch (error) {
    if (!REFUSALS.includes(sender.statusOf(error))) throw error;
    if (batch.length === 1) {
      await quarantine.add(batch.sample(0), error instanceof Error ? error.message : String(error));
      return;
    }
    const middle = batch.length >> 1;
    await sendHalving(Batch.of(batch.samples(0, middle)), sender, quarantine);
    await sendHalving(Batch.of(batch.samples(middle)), sender, quarantine);
  }
}
