import { type DeviceBudget, FULL, pollBudgets, TIGHT } from '../collector/sources/budget.ts';
import type { PlantCheck } from '../config/plant/check.ts';
import { type Path, type PlantDocument, readDocument } from '../config/plant/document.ts';
import { plantOf } from '../config/plant/load.ts';
import type { PlantFile } from '../config/plant/schema.ts';
import { Fault } from '../config/words/fault.ts';
import { columns } from './columns.ts';

/** A checked plant file with what the poll budget says of it. */
export interface BudgetedCheck extends PlantCheck {
  readonly budgets: readonly DeviceBudget[];
}

/** Adds to a check without faults what cannot be read in time, at the place of the device. */
export function withBudgets(check: PlantCheck, text: string, path: string): BudgetedCheck {
  if (check.file === null || check.faults.length > 0) return { ...check, budgets: [] };
  let document: PlantDocument | null = null;
  const placed = (at: Path): string => {
    document ??= readDocument(text, path).document;
    return document?.placeOf(at) ?? path;
  };
  let budgets: DeviceBudget[];
  try {
    budgets = pollBudgets(plantOf(check.file, path));
  } catch (error) {
    const at = error instanceof Fault ? readingOf(error.place, check.file) : null;
    if (at === null) throw error;
    const { code, place, zh, en } = error as Fault;
    return { ...check, faults: [new Fault({ code, place: placed(at), zh: `${place}：${zh}`, en: `${place}: ${en}` })], budgets: [] };
  }
  const order = check.file.devices.map(({ id }) => id);
  const placeOf = (device: string): string => placed(['devices', order.indexOf(device)]);
  const findings = budgets.flatMap((budget) => findingsOf(budget, placeOf));
  return {
    file: check.file,
    faults: findings.filter(({ exitStatus }) => exitStatus === 2),
    warnings: [...check.warnings, ...findings.filter(({ exitStatus }) => exitStatus === 1)],
    budgets,
  };
}

/** Where the reading of a channel stands. */
function readingOf(channel: string, { meters }: PlantFile): Path | null {
  const [id, name] = channel.split('.');
  const index = meters.findIndex((meter) => meter.id === id);
  return index < 0 ? null : ['meters', index, ...(name === undefined ? [] : ['channels', name]), 'read'];
}

function findingsOf(budget: DeviceBudget, placeOf: (device: string) => string): Fault[] {
  const { utilisation, roundMs, shortestEveryMs } = budget;
  const device = budget.devices.join(' + ');
  const share = percent(utilisation);
  if (utilisation > FULL) {
    const zh = `设备 ${device} 的读取计划需要线路 ${share} 的时间，无法完成；请延长周期、合并寄存器、提高波特率或分成多条线路`;
    const en = `reading ${device} as planned takes ${share} of the time; lengthen intervals, join registers, raise the baud rate or split the line`;
    return [new Fault({ code: 'budget.exceeded', place: placeOf(budget.device), zh, en })];
  }
  const findings: Fault[] = [];
  const warn = (code: string, zh: string, en: string) =>
    findings.push(new Fault({ code, place: placeOf(budget.device), zh, en, exitStatus: 1 }));
  if (utilisation > TIGHT) {
    const zh = `设备 ${device} 的读取计划占用线路 ${share} 的时间，余量不足以重试`;
    warn('budget.tight', zh, `reading ${device} as planned takes ${share} of the time, which leaves little for repetitions`);
  }
  if (roundMs > shortestEveryMs) {
    const zh = `设备 ${device} 各周期同时到期时，一轮读取需 ${ms(roundMs)}，长于最短周期 ${ms(shortestEveryMs)}，其间的读数会缺失`;
    const en = `when all intervals of ${device} come round together, a round takes ${ms(roundMs)}, longer than the shortest interval of ${ms(shortestEveryMs)}: readings in it will be missed`;
    warn('budget.round', zh, en);
  }
  return findings;
}

/** A row a device: requests, share of the time, a round, and the same with one, two, three dead units. */
export function budgetTable(budgets: readonly DeviceBudget[]): string {
  const head = [
    '设备 device',
    '请求 requests',
    '占用 busy',
    '一轮 round',
    '最短周期 shortest',
    '无应答单元 dead units: 占用 busy, 一轮 round',
  ];
  const rows = budgets.map(({ devices, requests, utilisation, roundMs, shortestEveryMs, dead }) => [
    devices.join(' + '),
    String(requests),
    percent(utilisation),
    ms(roundMs),
    ms(shortestEveryMs),
    ...dead.map((one) => `${one.units}: ${percent(one.utilisation)}, ${ms(one.roundMs)}`),
  ]);
  return `${columns([head, ...rows])}\n`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const ms = (time: number): string => (time >= 10_000 ? `${(time / 1000).toFixed(1)} s` : `${time.toFixed(0)} ms`);
