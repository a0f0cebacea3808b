import { type Command, Option } from 'commander';
import { importLedger } from '../config/plant/ledger.ts';
import { readLedgerFile } from '../config/plant/ledger-file.ts';
import { importReadings, type ReadingsImport } from './import-readings.ts';
import { importRegistersInto, type RegistersOptions } from './import-registers.ts';
import { printJson, say } from './output.ts';
import { personIn } from './person.ts';
import { differencesText } from './plant-differences.ts';
import { readPlantFile, replacePlantFile } from './plant-edit.ts';

export function define(program: Command): void {
  program
    .command('import')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<files...>', '要导入的文件 files to import: .csv, .xlsx, .lp')
    .option('--ledger', '文件是计量器具台账（.xlsx） the file is a meter ledger')
    .option('--registers', '文件是 Modbus 点表（.xlsx、.csv） the file is a register map of Modbus channels')
    .option('--device <id>', '点表中未写设备的行所用的设备 device of the rows of a register map that name none')
    .addOption(
      new Option('--origin <origin>', '读数的来源 how the readings came to be')
        .choices(['import', 'manual', 'laboratory'])
        .default('import'),
    )
    .option(
      '--map <heading=channel>',
      '列名或点名对应的通道，可重复，以后记住 channel of a column or point; may be repeated; remembered',
      gathered,
      [],
    )
    .option('--skip <heading>', '不导入的列或点，可重复，以后记住 column or point to leave out; may be repeated; remembered', gathered, [])
    .option('--sheet <name>', '只读这个工作表 read this sheet only')
    .addOption(
      new Option('--precision <unit>', '.lp 文件时间戳的单位 unit of the time stamps of .lp files')
        .choices(['ns', 'us', 'ms', 's'])
        .default('ns'),
    )
    .option('--by <name>', '导入人 who imports', personIn)
    .option('--cma <number>', '实验室的 CMA 证书编号 CMA number of the laboratory')
    .option('--correct', '与已有读数不同时写入更正 write corrections where readings differ from those held')
    .option('--dry-run', '只显示改动，不写入 show what would change, write nothing')
    .option('--json', '输出 JSON print JSON')
    .description(
      '导入读数（DCS 导出、抄表、化验、过磅；.csv、.xlsx、.lp），采集运行时也可，或用 --ledger、--registers 把计量器具台账、点表写入企业文件\nPut readings from files (.csv, .xlsx, line protocol in .lp) into the journal, also while the collector runs, or with --ledger a meter ledger, with --registers a register map into the plant file',
    )
    .action(importFiles);
}

async function importFiles(
  plant: string,
  files: readonly string[],
  options: ReadingsImport & RegistersOptions & { ledger?: boolean; registers?: boolean },
): Promise<void> {
  if (options.registers) for (const file of files) await importRegistersInto(plant, file, options);
  else if (!options.ledger) return importReadings(plant, files, options);
  else for (const file of files) await importLedgerInto(plant, file, options);
}

const gathered = (text: string, before: readonly string[]): readonly string[] => [...before, text];

async function importLedgerInto(plant: string, ledger: string, options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const before = await readPlantFile(plant);
  const imported = importLedger(before.text, before.file, await readLedgerFile(ledger), ledger);
  const { differences, written } = await replacePlantFile(before, imported.text, options);
  if (options.json)
    printJson({
      plant: before.path,
      matched: imported.matched,
      added: imported.added,
      notInLedger: imported.notInLedger,
      differences,
      written,
    });
  else {
    process.stdout.write(differencesText(differences));
    say(
      `台账 ${imported.matched} 行对应已有器具，新增 ${imported.added.length} 块，改动 ${differences.length} 块，未列入台账 ${imported.notInLedger.length} 块${written ? '；已写入' : ''}`,
      `${imported.matched} rows of known meters, ${imported.added.length} meters added, ${differences.length} changed, ${imported.notInLedger.length} not in the ledger${written ? '; written' : ''}`,
    );
  }
}
