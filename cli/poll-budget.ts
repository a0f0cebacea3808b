import { type DeviceBudget, FULL, pollBudgets, TIGHT } from '../collector/sources/budget.ts';
import { openSources } from '../collector/sources/open.ts';
import type { PlantCheck } from '../config/plant/check.ts';
import { type Path, type PlantDocument, readDocument } from '../config/plant/document.ts';
import { plantOf } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { PlantFile } from '../config/plant/schema.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { columns } from './columns.ts';

/** A checked plant file with what the poll budget says of it. */
export interface BudgetedCheck extends PlantCheck {
  readonly budgets: readonly DeviceBudget[];
}

/** Adds to a check without faults what a start would refuse and what cannot be read in time, at the place of the channel or device. */
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
    return { ...check, faults: [atItsPlace(error, check.file, placed)], budgets: [] };
  }
  const refused = refusedAtStart(plantOf(check.file, path)).map((error) => atItsPlace(error, check.file as PlantFile, placed));
  const order = check.file.devices.map(({ id }) => id);
  const placeOf = (device: string): string => placed(['devices', order.indexOf(device)]);
  const findings = budgets.flatMap((budget) => findingsOf(budget, placeOf));
  return {
    file: check.file,
    faults: [...refused, ...findings].filter(({ exitStatus }) => exitStatus === 2),
    warnings: [...check.warnings, ...[...refused, ...findings].filter(({ exitStatus }) => exitStatus === 1)],
    budgets,
  };
}

/** Depends on the machine: what is checked on one may be read on another. */
const OF_THE_MACHINE = /^(secret|opcua)\./;

/** What would keep the sources from being opened. */
function refusedAtStart(plant: Plant): readonly Fault[] {
  try {
    openSources(plant);
    return [];
  } catch (error) {
    if (error instanceof Faults) return error.faults;
    throw error;
  }
}

/** A fault of a channel or a device at the place of its reading, or its device, in the file; a warning where it is one of the machine. */
function atItsPlace(error: unknown, file: PlantFile, placed: (at: Path) => string): Fault {
  const at = error instanceof Fault ? (readingOf(error.place, file) ?? deviceOf(error.place, file)) : null;
  if (at === null) throw error;
  const { code, place, zh, en } = error as Fault;
  const exitStatus = OF_THE_MACHINE.test(code) ? 1 : 2;
  return new Fault({ code, place: placed(at), zh: `${place}：${zh}`, en: `${place}: ${en}`, exitStatus });
}

function readingOf(channel: string, { meters }: PlantFile): Path | null {
  const [id, name] = channel.split('.');
  const index = meters.findIndex((meter) => meter.id === id);
  return index < 0 ? null : ['meters', index, ...(name === undefined ? [] : ['channels', name]), 'read'];
}

function deviceOf(id: string, { devices }: PlantFile): Path | null {
  const index = devices.findIndex((device) => device.id === id);
  return index < 0 ? null : ['devices', index];
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
