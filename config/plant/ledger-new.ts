import type { Path } from './document.ts';
import type { Edit } from './edit.ts';
import { meterSchema } from './meters.ts';
import type { Meter } from './schema.ts';

/** Fields that a meter cannot be without. */
export interface NewMeter {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
}

/** The least that a row must say of a meter that the plant file does not have; null where it says less, or no such kind exists. */
export function newMeter({ id, name, kind, unit }: NewMeter): Meter | null {
  const parsed = meterSchema.safeParse({ id, name: name === '' ? id : name, kind, unit });
  return parsed.success && unit !== '' ? parsed.data : null;
}

/** A meter as it is written into the plant file: what it cannot be without, and the edits under it. */
export function writtenMeter({ id, name, kind, unit }: Meter, edits: readonly Edit[]): Readonly<Record<string, unknown>> {
  return edits.reduce<Readonly<Record<string, unknown>>>((meter, { path, value }) => set(meter, path, value), { id, name, kind, unit });
}

/** New items of the list of meters; the whole list where there is none yet. */
export function additions(meters: readonly unknown[], length: number): Edit[] {
  if (meters.length === 0) return [];
  if (length === 0) return [{ path: ['meters'], value: meters }];
  return meters.map((value, index) => ({ path: ['meters', length + index], value }));
}

function set(record: Readonly<Record<string, unknown>>, [step, ...rest]: Path, value: unknown): Readonly<Record<string, unknown>> {
  const key = String(step);
  if (rest.length === 0) return { ...record, [key]: value };
  const inner = record[key];
  return { ...record, [key]: set(typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}, rest, value) };
}
