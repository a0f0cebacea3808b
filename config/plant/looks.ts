import type { Channel } from './plant.ts';
import type { Cjt188Read, Dlt645Read, ModbusRead, Read } from './schema.ts';
import { durationMs } from './time.ts';

/** How a channel is looked at between the readings that are due. Times in ms. */
export interface Looks {
  /** Readings at its multiples are due: kept whatever they say. */
  readonly everyMs: number;
  /** Looked at as often; a divisor of `everyMs`. */
  readonly samplingMs: number;
  /** Of looks in between, those further from the last one kept are kept too; in the channel's unit. 0: every change. */
  readonly band: number;
}

/** A reading that the collector itself asks for, with a dead-band: of OPC UA it is the server that looks. */
export type LookedRead = (ModbusRead | Dlt645Read | Cjt188Read) & { readonly change: NonNullable<ModbusRead['change']> };

export const isLooked = (read: Read | undefined): read is LookedRead =>
  read !== undefined && !('node' in read) && 'change' in read && read.change !== undefined;

/** null: nothing is looked at between the readings, and all of them are kept. */
export function looksOf({ read, range }: Pick<Channel, 'read' | 'range'>): Looks | null {
  if (!isLooked(read)) return null;
  const { absolute, percent, sampling } = read.change;
  const span = range === undefined ? 0 : range[1] - range[0];
  return { everyMs: durationMs(read.every), samplingMs: durationMs(sampling), band: absolute ?? ((percent ?? 0) * span) / 100 };
}
