import { specOf } from '../balance/window/spec.ts';
import { type CoverageCell, coverageOf } from '../collector/coverage/coverage.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { durationMs, formatInstant } from '../config/plant/time.ts';
import type { Rule } from '../config/rules/rule.ts';
import { Fault } from '../config/words/fault.ts';
import { columns } from './columns.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

/** Coverage of one day of the plant, as its last instant (today: now) found it. */
export interface CoverageDay {
  /** `2026-06-15`. */
  readonly day: string;
  readonly cells: readonly Pick<CoverageCell, 'kind' | 'level' | 'required' | 'fitted' | 'usable' | 'delivering' | 'ratio' | 'verdict'>[];
  readonly required: number;
  readonly fitted: number;
  readonly usable: number;
  /** Null where the store holds nothing of any channel in the whole span. */
  readonly delivering: number | null;
  readonly depth: string | null;
}

/**
 * Coverage day by day over the last `span` (`30d`), the day of `atMs` last. Meters, verifications and rules are those of each day; a point
 * delivered on a day where the store holds a good sample of its meter in it.
 *
 * @throws Fault `coverage.history` for a span of less than a day or more than 366.
 */
export async function coverageHistory(
  plant: Plant,
  rules: readonly Rule[],
  reader: StoreReader,
  span: string,
  atMs: number,
): Promise<CoverageDay[]> {
  const days = Math.round(durationMs(span) / DAY_MS);
  if (days < 1 || days > MOST_DAYS)
    throw new Fault({
      code: 'coverage.history',
      place: span,
      zh: `历史应为 1d 到 ${MOST_DAYS}d`,
      en: `a history has 1d to ${MOST_DAYS}d`,
    });
  const offsetMs = plant.offsetMinutes * 60_000;
  const midnightMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const firstMs = midnightMs - (days - 1) * DAY_MS;
  const delivering = await deliveringByDay(plant, reader, firstMs, atMs + 1);
  return Array.from({ length: days }, (_, index) => {
    const startMs = firstMs + index * DAY_MS;
    const onDay = delivering?.get(startMs) ?? new Set<string>();
    const live = delivering === null ? undefined : { delivering: (channel: string) => onDay.has(channel) };
    const { cells, depth } = coverageOf(plant, rules, Math.min(startMs + DAY_MS - 1, atMs), live);
    const sum = (of: (cell: CoverageCell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
    return {
      day: formatInstant(startMs, plant.offsetMinutes).slice(0, 10),
      cells: cells
        .filter((cell) => cell.required > 0)
        .map(({ kind, level, required, fitted, usable, delivering: delivers, ratio, verdict }) => ({
          kind,
          level,
          required,
          fitted,
          usable,
          delivering: delivers,
          ratio,
          verdict,
        })),
      required: sum((cell) => cell.required),
      fitted: sum((cell) => cell.fitted),
      usable: sum((cell) => cell.usable),
      delivering: live === undefined ? null : sum((cell) => cell.delivering ?? 0),
      depth: depth?.grade ?? null,
    };
  });
}

/** Channels with a good sample, by the plant's midnight; null where the store holds nothing at all. */
async function deliveringByDay(
  plant: Plant,
  reader: StoreReader,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<number, ReadonlySet<string>> | null> {
  if ((await reader.latest([...plant.channels.keys()])).size === 0) return null;
  const meters = new Set([...plant.points.values()].flatMap(({ meters }) => meters.map(({ meter }) => meter.split('.')[0]!)));
  const specs = [...plant.channels.values()].filter(({ id }) => meters.has(id)).map((channel) => specOf(channel, plant.offsetMinutes));
  const days = new Map<number, Set<string>>();
  for (const [channel, hours] of await reader.partials(specs, fromMs, toMs))
    for (const { hourMs, good } of hours) {
      if (good === 0) continue;
      const day = fromMs + Math.floor((hourMs - fromMs) / DAY_MS) * DAY_MS;
      const known = days.get(day);
      if (known) known.add(channel);
      else days.set(day, new Set([channel]));
    }
  return days;
}

/** The history for a person: one line a day, with the cells that fail. */
export function historyText(days: readonly CoverageDay[]): string {
  const head = ['日 day', 'n/N', '可用 usable', '有数 delivering', '深度 depth', '未达到 failing'];
  const rows = days.map((each) => [
    each.day,
    `${each.fitted}/${each.required}`,
    String(each.usable),
    each.delivering === null ? '?' : String(each.delivering),
    each.depth ?? '–',
    each.cells
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ kind, level }) => `${kind}/${level}`)
      .join(' '),
  ]);
  return `${columns([head, ...rows])}\n`;
}
