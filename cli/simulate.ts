import type { Command } from 'commander';
import { fillPast } from '../collector/simulate/fill.ts';
import { simulatedMeters, startSimulation } from '../collector/simulate/simulate.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { durationMs, formatInstant } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { say } from './output.ts';
import { openPlantJournal } from './plant-journal.ts';

/** What of the simulation file is chosen for this run. */
interface Chosen {
  readonly seed?: number;
  readonly leaks: readonly string[];
}

export function define(program: Command): void {
  program
    .command('simulate')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .option(
      '--past <duration>',
      '不启动设备，而把到此刻为止这么长的模拟历史写入日志，如 96h fill the journal with that much simulated past',
    )
    .option('--seed <n>', '随机种子，缺省用 simulation.yaml 中的 seed; default: the one in simulation.yaml')
    .option(
      '--leak <id...>',
      '打开 simulation.yaml 中 leaks 的泄漏，可多个 switch on leaks of simulation.yaml: what leaves a unit through no meter',
    )
    .description(
      '模拟一座工厂的设备（Modbus TCP 与 MQTT，仅本机）\nRun the devices of a simulated plant (Modbus TCP and MQTT, on this machine only)',
    )
    .action(simulate);
}

async function simulate(path: string, options: { past?: string; seed?: string; leak?: readonly string[] }): Promise<void> {
  const plant = await loadPlant(path);
  const chosen = { ...(options.seed === undefined ? {} : { seed: seedOf(options.seed) }), leaks: options.leak ?? [] };
  if (options.past === undefined) await runDevices(plant, chosen);
  else await writePast(plant, durationMs(options.past), chosen);
}

/** Runs until it is interrupted. */
async function runDevices(plant: Plant, chosen: Chosen): Promise<void> {
  const simulation = await startSimulation(plant, chosen);
  for (const { id, address } of simulation.running) say(`模拟 ${id}：${address}`, `simulating ${id} at ${address}`);
  for (const id of simulation.left)
    say(
      `设备 ${id} 不在本机，或协议无模拟，未模拟`,
      `device ${id} is not on this machine or of a protocol without simulation; it is left out`,
    );
  say('按 Ctrl-C 停止', 'Ctrl-C stops it');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await simulation.stop();
}

async function writePast(plant: Plant, pastMs: number, chosen: Chosen): Promise<void> {
  if (!plant.simulated) {
    throw new Fault({
      code: 'simulation.real-plant',
      place: plant.path,
      zh: '此厂未标明 simulated: true，模拟历史不会写入它的日志',
      en: 'this plant is not marked simulated: true; no simulated past is written into its journal',
    });
  }
  const meters = simulatedMeters(plant, chosen);
  const toMs = Date.now();
  const journal = await openPlantJournal(plant);
  try {
    let shown = -1;
    const samples = await fillPast(journal, meters, toMs - pastMs, toMs, (done) => {
      const percent = Math.floor(done * 10) * 10;
      if (percent > shown) process.stderr.write(`${percent} %${percent === 100 ? '\n' : ' '}`);
      shown = Math.max(shown, percent);
    });
    const [from, to] = [toMs - pastMs, toMs].map((timeMs) => formatInstant(Math.floor(timeMs / 1000) * 1000, plant.offsetMinutes));
    say(
      `已写入模拟样本 ${samples} 条（${from} 至 ${to}），来源标为“模拟”`,
      `${samples} simulated samples from ${from} to ${to}, marked as simulated`,
    );
  } finally {
    await journal.close();
  }
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new Fault({
    code: 'simulation.seed',
    zh: `--seed 应为非负整数，现为“${text}”`,
    en: `--seed should be a whole number, 0 or more; it is "${text}"`,
  });
}
