import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { checkPlant } from '../config/plant/check.ts';
import { differencesOf } from '../config/plant/diff.ts';
import { ledgerSheets } from '../config/plant/ledger.ts';
import { writeLedgerFile } from '../config/plant/ledger-file.ts';
import { plantOf, readPlantText } from '../config/plant/load.ts';
import { registerTable } from '../config/plant/registers.ts';
import type { PlantFile } from '../config/plant/schema.ts';
import { loadJurisdictions } from '../config/rules/load.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { printFaults, printJson, say } from './output.ts';
import { differencesText } from './plant-differences.ts';
import { totalChanges, totalChangesText } from './plant-totals.ts';
import { plantVersions, versionsText } from './plant-versions.ts';
import { type BudgetedCheck, budgetTable, withBudgets } from './poll-budget.ts';

export function define(program: Command): void {
  program
    .command('check')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .option(
      '--diff <new>',
      '与另一份企业文件比较：改了什么，影响什么，近 30 天累计量如何变化 what another plant file changes, what that touches, and what becomes of the last 30 days’ totals',
    )
    .option('--ledger <xlsx>', '导出计量器具台账 write the meter ledger as a workbook')
    .option('--registers <file>', '导出 Modbus 点表（.xlsx、.csv） write the register map of the Modbus channels as .xlsx or .csv')
    .option(
      '--versions',
      '列出采集期间生效过的各版企业文件及其改动 list the versions that were in force while collecting, and what each changed',
    )
    .option('--budget', '打印读取计划占用各线路的时间 print how busy the readings keep each line')
    .option('--json', '输出 JSON print JSON')
    .description('检查企业文件，一次报告全部错误与提醒\nCheck a plant file and report every mistake at once')
    .action(check);
}

interface CheckOptions {
  readonly json?: boolean;
  readonly diff?: string;
  readonly ledger?: string;
  readonly registers?: string;
  readonly budget?: boolean;
  readonly versions?: boolean;
}

/** Faults and warnings with their places, then what the file holds. Exit 2 where there is a fault, 0 where there is none. */
async function check(plant: string, options: CheckOptions): Promise<void> {
  const jurisdictions = (await loadJurisdictions()).map(({ id }) => id);
  const examined = async (place: string) => {
    const { text, path } = await readPlantText(place);
    return { path, result: withBudgets(checkPlant(text, path, Date.now(), jurisdictions), text, path) };
  };
  const { path, result } = await examined(plant);
  if (options.diff !== undefined) {
    const other = await examined(options.diff);
    const faults = [...result.faults, ...other.result.faults];
    if (result.file === null || other.result.file === null || faults.length > 0) throw new Faults(faults);
    const differences = differencesOf(result.file, other.result.file);
    const totals = await totalChanges(plantOf(result.file, path), plantOf(other.result.file, other.path), Date.now());
    if (options.json) printJson({ before: path, after: other.path, differences, totals });
    else process.stdout.write(`${differencesText(differences)}${totalChangesText(totals)}`);
    return;
  }
  if (options.versions) {
    if (result.file === null || result.faults.length > 0) throw new Faults(result.faults);
    const versions = await plantVersions(plantOf(result.file, path), jurisdictions);
    if (options.json) printJson({ file: path, versions });
    else process.stdout.write(versionsText(versions));
    return;
  }
  if (options.ledger !== undefined) {
    if (result.file === null || result.faults.length > 0) throw new Faults(result.faults);
    await writeLedgerFile(options.ledger, ledgerSheets(result.file));
    say(`台账已写入 ${options.ledger}`, `wrote the ledger to ${options.ledger}`);
  }
  if (options.registers !== undefined) {
    if (result.file === null || result.faults.length > 0) throw new Faults(result.faults);
    const format = extname(options.registers).toLowerCase() === '.csv' ? 'csv' : 'xlsx';
    const { fileOf } = await import('../dashboards/server/table-file.ts');
    await writeFile(options.registers, await fileOf(registerTable(plantOf(result.file, path)), format));
    say(`点表已写入 ${options.registers}`, `wrote the register map to ${options.registers}`);
  }
  if (options.json) printJson(documentOf(path, result));
  else printPlainly(path, result);
  if (options.budget && !options.json) process.stdout.write(budgetTable(result.budgets));
  process.exitCode = result.faults.length > 0 ? 2 : 0;
}

function documentOf(path: string, { file, faults, warnings, budgets }: BudgetedCheck) {
  const plain = ({ code, place, zh, en }: Fault) => ({ code, place, zh, en });
  return {
    file: path,
    plant: file?.plant.id ?? null,
    faults: faults.map(plain),
    warnings: warnings.map(plain),
    summary: file && summaryOf(file),
    budgets,
  };
}

function summaryOf(file: PlantFile) {
  const { units, meters, points, streams, stocks, balances, outfalls, devices } = file;
  return {
    units: units.length,
    meters: meters.length,
    channels: meters.reduce((sum, meter) => sum + 1 + Object.keys(meter.channels).length, 0),
    points: points.length,
    pointsWithoutMeter: points.filter((point) => point.meters.length === 0 && point.exempt === undefined).length,
    streams: streams.length,
    streamsUnmeasured: streams.filter((stream) => stream.amount.by === 'unmeasured').length,
    stocks: stocks.length,
    balances: balances.length,
    outfalls: outfalls.length,
    devices: devices.length,
  };
}

function printPlainly(path: string, { file, faults, warnings }: BudgetedCheck): void {
  if (faults.length > 0) printFaults(new Faults(faults));
  if (warnings.length > 0) printFaults(new Faults(warnings.map(asWarning)));
  if (faults.length > 0) {
    say(`${path}：${faults.length} 处错误，${warnings.length} 处提醒`, `${path}: ${faults.length} faults, ${warnings.length} warnings`);
    return;
  }
  if (file === null) return;
  const n = summaryOf(file);
  process.stdout.write(
    `${path}：无错误，${warnings.length} 处提醒
  用能单位 ${n.units}，计量器具 ${n.meters}（通道 ${n.channels}），计量点 ${n.points}（未装 ${n.pointsWithoutMeter}），物流 ${n.streams}（未计量 ${n.streamsUnmeasured}），库存 ${n.stocks}，平衡 ${n.balances}，排放口 ${n.outfalls}，设备 ${n.devices}
${path}: no faults, ${warnings.length} warnings
  ${n.units} units, ${n.meters} meters (${n.channels} channels), ${n.points} metering points (${n.pointsWithoutMeter} without a meter), ${n.streams} streams (${n.streamsUnmeasured} unmeasured), ${n.stocks} stocks, ${n.balances} balances, ${n.outfalls} outfalls, ${n.devices} devices
`,
  );
}

function asWarning({ code, place, zh, en }: Fault): Fault {
  return new Fault({ code, place, zh: `提醒：${zh}`, en: `warning: ${en}`, exitStatus: 1 });
}
