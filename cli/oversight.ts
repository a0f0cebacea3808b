import type { Command } from 'commander';
import { type OutfallOversight, type Oversight, oversee } from '../balance/oversight/oversee.ts';
import { lastComplete, type Window, windowOf } from '../balance/window/window.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { printJson } from './output.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `oversight PLANT…`: what an officer asks of each plant's monitors; exit status 1 where something calls for a look. */
export function define(program: Command): void {
  program
    .command('oversight')
    .description(
      '排放口在线监测：有效性、传输有效率、超标、异常迹象、与平衡的矛盾\nMonitors of outfalls: validity, rates, exceedances, signs, contradictions',
    )
    .argument('<plants...>', '企业文件或其文件夹 / plant files or their folders')
    .option('--from <time>', '开始 / start')
    .option('--to <time>', '结束（不含）/ end, exclusive')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (paths: readonly string[], options: Options) => {
      const seen: Oversight[] = [];
      for (const path of paths) {
        const plant = await loadPlant(path);
        const reader = await openCaughtUpReader(plant);
        try {
          seen.push(await oversee(plant, reader, await windowFor(plant, reader, options)));
        } finally {
          await reader.close();
        }
      }
      if (options.json) printJson(seen);
      else process.stdout.write(`${seen.map(tableOf).join('\n')}`);
      process.exitCode = seen.some(({ outfalls }) => outfalls.some(callsForALook)) ? 1 : 0;
    });
}

/** Both ends where given, else the last complete 72 h of readings; full hours, since means are judged by the hour. */
async function windowFor(plant: Plant, reader: StoreReader, { from, to }: Options): Promise<Window> {
  const at = (text: string): number => Math.floor(instantMs(text, plant.offsetMinutes) / 3_600_000) * 3_600_000;
  if (from !== undefined && to !== undefined) return windowOf(at(from), at(to));
  if (from !== undefined || to !== undefined) {
    throw new Fault({ code: 'oversight.window', zh: '请同时给出 --from 和 --to', en: 'give both --from and --to, or neither' });
  }
  const newest = [...(await reader.latest([...plant.channels.keys()])).values()].map(({ timeMs }) => timeMs);
  if (newest.length === 0) {
    throw new Fault({ code: 'oversight.no-readings', place: plant.path, zh: '没有任何读数', en: 'there are no readings', exitStatus: 1 });
  }
  return lastComplete(Math.min(Date.now(), Math.max(...newest)), plant.file.plant.productionDay, plant.offsetMinutes);
}

function callsForALook({ monitors, signs, contradictions }: OutfallOversight): boolean {
  return (
    signs.length > 0 ||
    contradictions.some(({ significant }) => significant) ||
    monitors.some(({ pass, over }) => pass === false || over.length > 0)
  );
}

const percent = (share: number | null | undefined): string => (share == null ? '—' : `${(share * 100).toFixed(1)} %`);

function tableOf({ plant, simulated, window, outfalls }: Oversight): string {
  const lines = [`${plant}${simulated ? '（模拟 simulated）' : ''}  ${window.from} … ${window.to}`];
  for (const { id, monitors, signs, contradictions } of outfalls) {
    for (const { code, unit, rates, pass, hours, over } of monitors) {
      const rate = `传输有效率 ${percent(rates?.effective)}${pass === null ? '' : pass ? ' 合格 pass' : ' 不合格 fail'}`;
      lines.push(`  ${id} ${code}  ${rate}  有效小时 valid hours ${hours.valid}/${hours.all}`);
      for (const { from, to, basis, peak, ratio } of over)
        lines.push(`    超标 over ${basis}: ${from} … ${to}  ${peak.toPrecision(4)} ${unit}, × ${ratio.toFixed(2)}`);
    }
    for (const { sign, codes, from, to } of signs) lines.push(`  ${id} 迹象 sign ${sign} ${codes.join(', ')}: ${from} … ${to}`);
    for (const { balance, monitored, byBalance, unit, z, significant, wouldSettle } of contradictions) {
      const what = significant ? '矛盾 contradicts' : '相符 agrees';
      lines.push(
        `  ${id} ${balance} ${what}: 监测 monitored ${monitored.toPrecision(5)} ${unit}, 平衡 balance ${byBalance.toPrecision(5)} ${unit}, z = ${z.toFixed(2)} (${wouldSettle.join(', ')})`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
