import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillPast } from '../collector/simulate/fill.ts';
import { simulatedMeters } from '../collector/simulate/simulate.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { DEFAULT_PORT } from '../dashboards/server/server.ts';
import { untilToldToStop } from './collecting.ts';
import { lastRecordMs } from './last-record.ts';
import { exitStatusOf, printFaults, say } from './output.ts';
import { hasBrowser } from './pdf.ts';
import { openPlantJournal } from './plant-journal.ts';
import { type RunningPlant, runPlant } from './run.ts';
import { writeInProcess } from './scheduled-reports.ts';

/** `npm start`: the example plant with its meters as real servers, its past of 96 hours, the pages and the report. */
const EXAMPLE = join(import.meta.dirname, '..', 'config', 'examples', 'yunnan-phosphate');
const PAST_MS = 96 * 3_600_000;
const ending = new AbortController();

async function start(): Promise<void> {
  const plant = await loadPlant(EXAMPLE);
  await fillTheGap(plant);
  const portText = process.env.LIANGHENG_PORT;
  const running = await runPlant(plant, {
    simulate: true,
    at: { port: portText === undefined ? DEFAULT_PORT : Number(portText) },
  });
  const { server } = running;
  const link = server.visitLink();
  say(`网页（一次性链接，打开即进入）：${link}`, `Pages (a one-time link that signs you in): ${link}`);
  server.onVisit(() => {
    const next = server.visitLink();
    say(`链接已使用；另一个浏览器请用：${next}`, `The link has been used; for another browser: ${next}`);
  });
  openInBrowser(link);
  void writeReport(plant, running);
  say('按 Ctrl-C 结束', 'Ctrl-C ends it');
  await untilToldToStop();
  ending.abort();
  await running.stop();
}

/** The simulated past from where the journal ends, at most 96 hours back, up to now: the example has no gaps between its runs. */
async function fillTheGap(plant: Plant): Promise<void> {
  const journal = await openPlantJournal(plant);
  try {
    const nowMs = Date.now();
    const fromMs = Math.max((await lastRecordMs(journal, plant.dataDir)) ?? 0, nowMs - PAST_MS);
    const hours = ((nowMs - fromMs) / 3_600_000).toFixed(1);
    say(`正在装入过去 ${hours} 小时的模拟数据……`, `Loading ${hours} hours of simulated past …`);
    const samples = await fillPast(journal, simulatedMeters(plant), fromMs + 1, nowMs, () => undefined);
    say(`已装入 ${samples} 个模拟读数`, `${samples} simulated readings loaded`);
  } finally {
    await journal.close();
  }
}

async function writeReport(plant: Plant, running: RunningPlant): Promise<void> {
  await running.first;
  const html = await running.reportHtml();
  if (html === null) return;
  const folder = join(plant.dataDir, 'report');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  say(`报告：${file}`, `Report: ${file}`);
  await writeInProcess(plant, folder, { lang: 'zh', pdf: await hasBrowser(), pack: true }, ending.signal).catch((error: unknown) => {
    if (!ending.signal.aborted) printFaults(error);
  });
}

/** Opens the pages where there is a desktop to open them on. */
function openInBrowser(url: string): void {
  if (process.env.CI || (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)) return;
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

try {
  await start();
} catch (error) {
  printFaults(error);
  process.exitCode = exitStatusOf(error);
}
