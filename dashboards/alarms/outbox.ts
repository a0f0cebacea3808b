import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AlarmEvent, alarmEvents, type Condition, type Raised } from '../../balance/oversight/alarms.ts';
import type { AlarmTarget } from './target.ts';

interface Kept {
  readonly raised: Raised;
  /** Events that a target has not taken yet, the oldest first, by the target's place in the alarm file. */
  readonly waiting: Readonly<Record<string, readonly AlarmEvent[]>>;
}

/** What became of a look. */
export interface Delivery {
  readonly events: readonly AlarmEvent[];
  readonly delivered: number;
  readonly waiting: number;
  readonly failures: readonly { readonly target: string; readonly error: string }[];
}

/** So many events wait for one target at most: beyond them the oldest go, since a target that is away for months wants the newest. */
const MOST_WAITING = 10_000;

/**
 * Alarms on their way out. Which conditions are raised, and what each target has not taken, is on disk before anything is sent: an event
 * goes out once to each target though the program ends or the target is away, and in order.
 */
export class Outbox {
  readonly #path: string;
  readonly #targets: readonly AlarmTarget[];

  constructor(path: string, targets: readonly AlarmTarget[]) {
    this.#path = path;
    this.#targets = targets;
  }

  /** Takes note of what holds now, and delivers what is new or waits. @param seen plants that this look covered. */
  async look(
    conditions: readonly Condition[],
    seen: ReadonlySet<string>,
    atMs: number,
    simulated: (plant: string) => boolean,
  ): Promise<Delivery> {
    const before = await this.#read();
    const { events, raised } = alarmEvents(before.raised, conditions, seen, atMs, simulated);
    const waiting: Record<string, AlarmEvent[]> = {};
    for (const index of this.#targets.keys()) waiting[index] = [...(before.waiting[index] ?? []), ...events].slice(-MOST_WAITING);
    await this.#write({ raised, waiting });
    let delivered = 0;
    const failures: { target: string; error: string }[] = [];
    for (const [index, target] of this.#targets.entries()) {
      const own = waiting[index]!;
      while (own.length > 0) {
        try {
          await target.deliver(own[0]!);
        } catch (error) {
          failures.push({ target: target.name, error: error instanceof Error ? error.message : String(error) });
          break;
        }
        own.shift();
        delivered++;
        await this.#write({ raised, waiting });
      }
    }
    return { events, delivered, waiting: Object.values(waiting).reduce((sum, own) => sum + own.length, 0), failures };
  }

  async #read(): Promise<Kept> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return text === null ? { raised: {}, waiting: {} } : (JSON.parse(text) as Kept);
  }

  async #write(kept: Kept): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const part = `${this.#path}.part`;
    const handle = await open(part, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(kept));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, this.#path);
  }
}
