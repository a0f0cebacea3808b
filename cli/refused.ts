import { writeFile } from 'node:fs/promises';
import type { Quarantined } from '../collector/stores/quarantine.ts';
import { csvOf } from '../dashboards/server/csv.ts';
import { say } from './output.ts';

/** A reading that a store refused for good, as `stores --refused` lists it. */
export interface Refused {
  readonly engine: string;
  readonly channel: string;
  /** UTC, ISO 8601; of a device whose clock is wrong perhaps beyond what others can read. */
  readonly time: string;
  readonly value: number | null;
  readonly quality: string;
  /** When the server refused it, ISO 8601, and what it said. */
  readonly refused: string;
  readonly reason: string;
}

export function refusedBy(engine: string, quarantine: readonly Quarantined[]): Refused[] {
  return quarantine.map(({ at, reason, sample: { channel, timeMs, value, quality } }) => {
    return { engine, channel, time: new Date(timeMs).toISOString(), value, quality, refused: at, reason };
  });
}

const COLUMNS = ['engine', 'channel', 'time', 'value', 'quality', 'refused', 'reason'] as const satisfies readonly (keyof Refused)[];

/** Every refused reading as a row of a CSV file. */
export async function writeRefused(path: string, all: readonly Refused[]): Promise<void> {
  await writeFile(path, csvOf({ columns: COLUMNS, rows: all.map((one) => COLUMNS.map((column) => one[column])) }));
}

const SHOWN = 50;

export function sayRefused(all: readonly Refused[]): void {
  for (const { engine, channel, time, value, reason } of all.slice(0, SHOWN)) {
    say(
      `  ${engine} 拒收 ${channel} ${time}：${value ?? '缺失'}，服务器答复：${reason}`,
      `  ${engine} refused ${channel} ${time}: ${value ?? 'missing'}, the server said: ${reason}`,
    );
  }
  if (all.length > SHOWN) {
    const more = all.length - SHOWN;
    say(`  另有 ${more} 个；--refused <文件.csv> 导出全部`, `  and ${more} more; --refused FILE.csv writes all of them`);
  }
}
