import type { Condition } from '../balance/oversight/alarms.ts';
import type { Collecting } from './collecting.ts';
import { say } from './output.ts';
import type { Alarms } from './oversight-alarms.ts';

const EVERY_MS = 60_000;
/** A store that is away for less is no alarm: servers are restarted. One that has taken nothing since the start is one at once. */
const GRACE_MS = 10 * 60_000;
/** Stands where an outfall does for what concerns the collector itself. */
const COLLECTOR = 'collector';

/** What the conditions are seen from. */
export type Watched = Pick<Collecting, 'plant' | 'stores' | 'news' | 'disk'>;

/**
 * What holds of the collector itself: its disk almost full, stores that take no readings. Null while not everything has been seen once: a
 * condition that was raised before a restart is neither over nor new until then.
 */
export function collectorConditions({ plant, stores, news, disk }: Watched, nowMs: number): Condition[] | null {
  const seen = disk();
  if (seen === null || news.some((one) => !one.known())) return null;
  const at = (kind: Condition['kind'], what: string, zh: string, en: string): Condition => ({
    key: [plant.id, COLLECTOR, kind, '', what].join('|'),
    ...{ plant: plant.id, outfall: COLLECTOR, code: null, kind, zh, en },
  });
  const found: Condition[] = [];
  if (seen.fullSinceMs !== null) {
    const percent = `${Math.round(100 * seen.usedShare)} %`;
    found.push(
      at('disk-almost-full', '', `采集器磁盘几近写满（已用 ${percent}）`, `the collector's disk is almost full (${percent} used)`),
    );
  }
  for (const [index, one] of news.entries()) {
    const away = one.away();
    if (away === null || (!away.sinceStart && nowMs - away.sinceMs < GRACE_MS)) continue;
    const { engine, place = '' } = stores[index]!;
    const called = place === '' ? engine : `${engine} ${place}`;
    found.push(at('store-away', called, `存储 ${called} 不接受读数：${away.zh}`, `store ${called} takes no readings: ${away.en}`));
  }
  return found;
}

/**
 * Sends what began and what is over of the collector itself to the targets of an alarm file, each once; looked at every minute.
 *
 * @returns a function that ends it and settles when nothing is under way. The targets stay open.
 */
export function watchCollector(
  watched: Watched,
  alarms: Pick<Alarms, 'tell'>,
  { everyMs = EVERY_MS }: { readonly everyMs?: number } = {},
): () => Promise<void> {
  let said: string | null = null;
  const look = async (): Promise<void> => {
    const atMs = Date.now();
    const conditions = collectorConditions(watched, atMs);
    if (conditions === null) return;
    const { id, simulated } = watched.plant;
    const problem = await alarms.tell(conditions, id, simulated, atMs).then(
      ({ failures }) => failures.map(({ target, error }) => `${target}: ${error}`).join('; ') || null,
      (error: unknown) => String(error),
    );
    if (problem !== null && problem !== said) say(`报警未送出：${problem}`, `alarms not sent: ${problem}`);
    said = problem;
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return looking;
  };
}
