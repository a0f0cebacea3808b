import type { Oversight } from '../balance/oversight/oversee.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant } from '../config/plant/time.ts';
import { say } from './output.ts';
import type { Alarms } from './oversight-alarms.ts';

const HOUR_MS = 3_600_000;
/** Hours that a look covers: a day of means can be among them. */
const COVERED_HOURS = 48;
const EVERY_MS = 10 * 60_000;

export interface Watching {
  /** `oversight` of the plant with these arguments, as the pages ask for it. */
  readonly ask: (args: readonly string[]) => Promise<unknown>;
  /** When the plant's records begin; what was before is nothing that a monitor missed. */
  readonly beganMs?: number;
  readonly nowMs?: () => number;
  readonly everyMs?: number;
  /** What became of a look; of one that failed, why. */
  readonly told?: (outcome: { readonly events: number; readonly problem: string | null }) => void;
}

/**
 * Raises the alarms of a running plant: looks at its monitors at once and then every ten minutes, by the full hours since its records
 * begin (48 at most), and sends what began and what is over to the targets, each once. What a target does not take waits on disk for the next look.
 *
 * @returns a function that ends it, closes the targets and settles when nothing is under way.
 */
export function watchOversight(plant: Plant, alarms: Pick<Alarms, 'look' | 'close'>, watching: Watching): () => Promise<void> {
  const { ask, beganMs = 0, nowMs = Date.now, everyMs = EVERY_MS, told = () => undefined } = watching;
  let said: string | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    let [events, problem]: [number, string | null] = [0, null];
    try {
      const atMs = nowMs();
      const toMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
      const fromMs = Math.max(toMs - COVERED_HOURS * HOUR_MS, Math.ceil(beganMs / HOUR_MS) * HOUR_MS);
      const [from, to] = [fromMs, toMs].map((ms) => formatInstant(ms, plant.offsetMinutes)) as [string, string];
      // Before the first full hour there is nothing to judge.
      const seen = fromMs < toMs ? ((await ask(['--from', from, '--to', to])) as Oversight[]) : null;
      if (stopped) return;
      const delivery = seen === null ? { events: [], failures: [] } : await alarms.look(seen, atMs);
      events = delivery.events.length;
      problem = delivery.failures.map(({ target, error }) => `${target}: ${error}`).join('; ') || null;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (stopped) return;
    if (problem !== null && problem !== said) say(`报警未送出：${problem}`, `alarms not sent: ${problem}`);
    said = problem;
    told({ events, problem });
    timer = setTimeout(() => {
      running = look();
    }, everyMs);
  };
  let running = look();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
    await alarms.close();
  };
}
