import { rename, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkPlant } from '../config/plant/check.ts';
import { differencesOf } from '../config/plant/diff.ts';
import { importLedger } from '../config/plant/ledger.ts';
import { readLedgerFile } from '../config/plant/ledger-file.ts';
import { readPlantText } from '../config/plant/load.ts';
import { Faults } from '../config/words/fault.ts';
import { printJson, say } from './output.ts';
import { differencesText } from './plant-differences.ts';

export function define(program: Command): void {
  program
    .command('import')
    .argument('<plant>', '工厂文件或其文件夹 plant file or its folder')
    .argument('<file>', '要导入的文件 file to import')
    .requiredOption('--ledger', '导入计量器具台账（.xlsx） the file is a meter ledger')
    .option('--dry-run', '只显示改动，不写入 show what would change, write nothing')
    .option('--json', '输出 JSON print JSON')
    .description('把计量器具台账写入工厂文件\nPut a meter ledger into the plant file')
    .action(importLedgerInto);
}

/** The plant file is replaced as a whole, and only where the changed text passes the check. */
async function importLedgerInto(plant: string, ledger: string, options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const { text, path } = await readPlantText(plant);
  const before = checkPlant(text, path, Date.now());
  if (before.file === null || before.faults.length > 0) throw new Faults(before.faults);
  const imported = importLedger(text, before.file, await readLedgerFile(ledger), ledger);
  const after = checkPlant(imported.text, path, Date.now());
  if (after.file === null || after.faults.length > 0) throw new Faults(after.faults);
  const differences = differencesOf(before.file, after.file);
  const written = differences.length > 0 && options.dryRun !== true;
  if (written) {
    await writeFile(`${path}.new`, imported.text);
    await rename(`${path}.new`, path);
  }
  if (options.json) printJson({ plant: path, matched: imported.matched, notInLedger: imported.notInLedger, differences, written });
  else {
    process.stdout.write(differencesText(differences));
    say(
      `台账 ${imported.matched} 行，改动 ${differences.length} 块计量器具，未列入台账 ${imported.notInLedger.length} 块${written ? '；已写入' : ''}`,
      `${imported.matched} rows, ${differences.length} meters changed, ${imported.notInLedger.length} not in the ledger${written ? '; written' : ''}`,
    );
  }
}
