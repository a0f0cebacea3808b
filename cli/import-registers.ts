import { readTables } from '../collector/import/table.ts';
import { plantOf } from '../config/plant/load.ts';
import { importRegisters } from '../config/plant/registers.ts';
import { printJson, say } from './output.ts';
import { differencesText } from './plant-differences.ts';
import { readPlantFile, replacePlantFile } from './plant-edit.ts';

export interface RegistersOptions {
  readonly sheet?: string;
  readonly device?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Puts the register map of a spreadsheet's first sheet, or of the one that is named, into the plant file. */
export async function importRegistersInto(plant: string, file: string, options: RegistersOptions): Promise<void> {
  const before = await readPlantFile(plant);
  const [table] = await readTables(file, options.sheet);
  const imported = importRegisters(before.text, plantOf(before.file, before.path), table?.rows ?? [], table?.place ?? file, options.device);
  const { differences, written } = await replacePlantFile(before, imported.text, options);
  const { matched, added, notInMap } = imported;
  if (options.json) return printJson({ plant: before.path, matched, added, notInMap, differences, written });
  process.stdout.write(differencesText(differences));
  say(
    `点表 ${matched} 行对应已有通道，新增 ${added.length} 个通道，改动 ${differences.length} 块器具，未列入点表 ${notInMap.length} 个通道${written ? '；已写入' : ''}`,
    `${matched} rows of known channels, ${added.length} channels added, ${differences.length} meters changed, ${notInMap.length} channels not in the map${written ? '; written' : ''}`,
  );
}
