import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { Cron } from 'croner';
import type { Plant } from '../config/plant/plant.ts';
import type { ReportSchedule } from '../config/plant/reports.ts';
import { formatInstant } from '../config/plant/time.ts';
import { say } from './output.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, `main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

/** Folder of the report that is due at a time: one a minute, named by the plant's clock. */
export function folderFor(out: string, timeMs: number, offsetMinutes: number): string {
  return join(out, formatInstant(timeMs, offsetMinutes).slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-'));
}

/**
 * Writes a report whenever a schedule says so, each in a process of its own and into a folder of its own, until the function that is
 * returned is called. A report that is still being written when the next is due is not overtaken: the next is left out.
 */
export function scheduleReports(
  plant: Plant,
  schedules: readonly ReportSchedule[],
  out: string,
  write: (plant: Plant, folder: string, schedule: ReportSchedule, signal: AbortSignal) => Promise<void> = writeInProcess,
): () => void {
  const ending = new AbortController();
  const jobs = schedules.map((schedule) => {
    const options = { utcOffset: plant.offsetMinutes, protect: true, catch: (error: unknown) => failed(error, ending.signal) };
    return new Cron(schedule.at, options, () => write(plant, folderFor(out, Date.now(), plant.offsetMinutes), schedule, ending.signal));
  });
  return () => {
    for (const job of jobs) job.stop();
    ending.abort();
  };
}

/**
 * `scheduleReports` by the schedules of the plant file in force: `applied` goes over to another version, and what is being written by a
 * schedule that did not change is finished.
 */
export function keepReportsScheduled(
  plant: Plant,
  out: string,
  write?: Parameters<typeof scheduleReports>[3],
): { applied(next: Plant): void; stop(): void } {
  let now = plant;
  let stop = scheduleReports(plant, plant.file.reports ?? [], out, write);
  return {
    applied(next) {
      const same = isDeepStrictEqual(now.file.reports, next.file.reports) && now.offsetMinutes === next.offsetMinutes;
      now = next;
      if (same) return;
      stop();
      stop = scheduleReports(next, next.file.reports ?? [], out, write);
    },
    stop: () => stop(),
  };
}

/** `report PLANT --out …` in a process of its own, so that no reading waits for it. Exit 1 says that something is open: it wrote all the same. */
export async function writeInProcess(
  plant: Plant,
  folder: string,
  schedule: Omit<ReportSchedule, 'at'>,
  signal: AbortSignal,
): Promise<void> {
  const { lang, pdf, pack } = schedule;
  const args = ['report', plant.path, '--out', folder, '--lang', lang, ...(pdf ? ['--pdf'] : []), ...(pack ? ['--pack'] : [])];
  try {
    await run(process.execPath, [...process.execArgv, MAIN, ...args], { signal, maxBuffer: 64 << 20, windowsHide: true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 1) throw error;
  }
  say(`报告（网页、Word、Excel 等）：${folder}`, `Report (page, Word, workbook and more): ${folder}`);
}

function failed(error: unknown, signal: AbortSignal): void {
  if (signal.aborted) return;
  const text = (error as { stderr?: string }).stderr?.trim() || String(error);
  say(`报告未能写出：${text}`, `The report could not be written: ${text}`);
}
