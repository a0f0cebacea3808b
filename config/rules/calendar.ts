import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { RULES_FOLDER } from './load.ts';

const DAY_MS = 86_400_000;
const day = z.union([z.iso.date(), z.date().transform((date) => date.toISOString().slice(0, 10))]);
const yearSchema = z.strictObject({
  year: z.int(),
  source: z.string().describe('the notice, and where its days were read'),
  compared: z.string().nullable().describe('a second place that the days were compared with; null: none'),
  off: z.array(z.tuple([day, day])).describe('days off, first to last'),
  work: z.array(day).describe('days of a week-end that are worked'),
});

/** Days that are worked, year by year as the State Council's office announces them. */
export interface WorkCalendar {
  /** Whether a day (`2009-01-24`) is worked; by the week alone in a year whose calendar is not held. */
  isWorked(day: string): boolean;
  /** Whether the year of a day is held. */
  isHeld(day: string): boolean;
}

/** The calendars of `folder/calendar/<year>.yaml`. */
export async function loadCalendar(folder: string = RULES_FOLDER): Promise<WorkCalendar> {
  const names = (await readdir(join(folder, 'calendar'))).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'calendar', name), 'utf8')));
  const years = texts.map((text) => yearSchema.parse(parse(text)));
  const off = new Set(years.flatMap((year) => year.off.flatMap(([first, last]) => daysBetween(first, last))));
  const work = new Set(years.flatMap((year) => year.work));
  const held = new Set(years.map((year) => String(year.year)));
  return {
    isWorked: (each) => work.has(each) || (!off.has(each) && !isWeekEnd(each)),
    isHeld: (each) => held.has(each.slice(0, 4)),
  };
}

/** The day so many days later (or earlier). */
export function addDays(from: string, days: number): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let each = first; each <= last; each = addDays(each, 1)) days.push(each);
  return days;
}

function isWeekEnd(each: string): boolean {
  const weekday = new Date(`${each}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
