import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import type { Working } from '../../config/plant/working.ts';
import { Fault } from '../../config/words/fault.ts';
import { nearest } from '../../config/words/nearest.ts';
import { HOUR_MS, type Window, windowOf } from './window.ts';

const DAY_MS = 24 * HOUR_MS;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** A stretch of time as the plant counts it. */
export interface Period extends Window {
  readonly kind: 'day' | 'shift' | 'cycle';
  /** `2026-03-01`, `2026-03-01/A`, or the id of the cycle. */
  readonly id: string;
  /** Batches of a cycle. */
  readonly batches?: number;
}

/**
 * The window that a text names: a production day `2026-03-01`, a shift of one `2026-03-01/A`, a production cycle or batch by its id, or all
 * from one to another, both included: `2026-03-01..2026-03-03`, `C7..C9`.
 *
 * @throws Fault `window.period` for what the plant does not count by, and where the second ends before the first starts.
 */
export function periodWindow(plant: Plant, text: string): Window {
  const [first = '', last = first, ...more] = text.split('..');
  if (more.length > 0) throw unknown(plant, text);
  const [from, to] = [periodOf(plant, first), periodOf(plant, last)];
  return windowOf(from.fromMs, to.toMs);
}

/** Production days, shifts and cycles that meet a window, each whole as the plant counts it, in order of time. */
export function periodsIn(plant: Plant, window: Window): readonly Period[] {
  const { shifts = [], cycles = [] } = plant.file.plant.working ?? {};
  const meets = ({ fromMs, toMs }: Window) => fromMs < window.toMs && toMs > window.fromMs;
  const days: Period[] = [];
  for (let ms = window.fromMs - DAY_MS; ms < window.toMs + DAY_MS; ms += DAY_MS)
    days.push(dayOf(plant, formatInstant(ms, plant.offsetMinutes).slice(0, 10)));
  const found = [
    ...days,
    ...days.flatMap(({ id }) => shifts.map((shift) => shiftOf(plant, shifts, id, shift.id)!)),
    ...cycles.map((cycle) => cycleOf(plant, cycle)),
  ];
  const rank = { day: 0, shift: 1, cycle: 2 } as const;
  return found.filter(meets).sort((a, b) => rank[a.kind] - rank[b.kind] || a.fromMs - b.fromMs);
}

function periodOf(plant: Plant, text: string): Period {
  const { shifts = [], cycles = [] } = plant.file.plant.working ?? {};
  const cycle = cycles.find(({ id }) => id === text);
  if (cycle) return cycleOf(plant, cycle);
  const [date = '', shift, ...more] = text.split('/');
  if (!DATE.test(date) || more.length > 0) throw unknown(plant, text);
  const found = shift === undefined ? dayOf(plant, date) : shiftOf(plant, shifts, date, shift);
  if (found === null) throw unknown(plant, text);
  return found;
}

/** A production day is named by the date on which it starts. */
function dayOf(plant: Plant, date: string): Period {
  const fromMs = instantMs(date, plant.offsetMinutes) + minutesOf(plant.file.plant.productionDay) * 60_000;
  return { kind: 'day', id: date, fromMs, toMs: fromMs + DAY_MS };
}

/** A shift belongs to the production day in which it starts. */
function shiftOf(plant: Plant, shifts: NonNullable<Working['shifts']>, date: string, id: string): Period | null {
  const day = dayOf(plant, date);
  const start = minutesOf(plant.file.plant.productionDay);
  const after = (clock: string) => (((minutesOf(clock) - start) % 1440) + 1440) % 1440;
  const order = [...shifts].sort((a, b) => after(a.from) - after(b.from));
  const index = order.findIndex((shift) => shift.id === id);
  if (index < 0) return null;
  const next = order[index + 1];
  const at = (minutes: number) => day.fromMs + minutes * 60_000;
  return { kind: 'shift', id: `${date}/${id}`, fromMs: at(after(order[index]!.from)), toMs: at(next ? after(next.from) : 1440) };
}

function cycleOf(plant: Plant, { id, from, to, batches }: NonNullable<Working['cycles']>[number]): Period {
  return { kind: 'cycle', id, batches, fromMs: instantMs(from, plant.offsetMinutes), toMs: instantMs(to, plant.offsetMinutes) };
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

function unknown(plant: Plant, text: string): Fault {
  const { shifts = [], cycles = [] } = plant.file.plant.working ?? {};
  const near = nearest(text, cycles.map(({ id }) => id)); // biome-ignore format: one line
  const [ofShifts, ofCycles] = [shifts, cycles].map((list) => list.map(({ id }) => id).join(', ') || '—');
  return new Fault({
    code: 'window.period',
    place: plant.path,
    zh: `“${text}”不是生产日（2026-03-01）、班次（2026-03-01/班次 id）或生产周期${near ? `，是否应为“${near}”？` : ''}；班次：${ofShifts}；周期：${ofCycles}`,
    en: `"${text}" is no production day (2026-03-01), shift (2026-03-01/id) or cycle${near ? `; did you mean "${near}"?` : ''}; shifts: ${ofShifts}; cycles: ${ofCycles}`,
  });
}
