import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import readExcelFile from 'read-excel-file/node';
import type { Claim } from '../balance/report/claims/claim.ts';
import { claimsOf } from '../balance/report/claims/claims.ts';
import type { Grid } from '../balance/report/claims/grid.ts';
import { type HiddenRows, hiddenRows } from '../balance/report/claims/hidden.ts';
import { Fault } from '../config/words/fault.ts';
import { writtenNumber } from '../config/words/written.ts';
import { columns } from './columns.ts';
import { printJson } from './output.ts';

/** `claims FILE.xlsx`: recomputes the arithmetic of a report's tables, whoever made it. */
export function define(program: Command): void {
  program
    .command('claims')
    .description(
      '复算一份报告表格中的合计、差额、百分比与配备率\nRecompute the sums, differences, percentages and coverage ratios of a report’s tables',
    )
    .argument('<file>', '.xlsx 工作簿 / .xlsx workbook')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (file: string, options: { json?: boolean }) => {
      const { grids, hidden } = await workbookOf(file);
      const claims = claimsOf(grids);
      if (options.json)
        printJson({ file, checked: claims.length, wrong: claims.filter(({ consistent }) => !consistent).length, claims, hidden });
      else process.stdout.write(`${claimsText(claims)}${hiddenText(hidden)}`);
      process.exitCode = claims.every(({ consistent }) => consistent) ? 0 : 1;
    });
}

async function workbookOf(file: string): Promise<{ readonly grids: readonly Grid[]; readonly hidden: readonly HiddenRows[] }> {
  try {
    const bytes = await readFile(file);
    const grids = (await readExcelFile(bytes)).map(({ sheet, data }) => ({ name: sheet, rows: data }));
    return { grids, hidden: hiddenRows(bytes) };
  } catch (cause) {
    const [zh, en] = ['读不到这个文件；需要 .xlsx 工作簿', 'cannot read this file; an .xlsx workbook is needed'];
    throw new Fault({ code: 'claims.file', place: file, zh, en, cause });
  }
}

/** Rows that a reader of the workbook does not see. */
function hiddenText(hidden: readonly HiddenRows[]): string {
  const list = ({ sheet, rows }: HiddenRows) => `${sheet}: ${rows.slice(0, 10).join(', ')}${rows.length > 10 ? ' …' : ''}`;
  return hidden.length === 0 ? '' : `隐藏的行（计入合计）/ hidden rows, which count in sums: ${hidden.map(list).join('; ')}\n`;
}

function claimsText(claims: readonly Claim[]): string {
  const wrong = claims.filter(({ consistent }) => !consistent);
  const head = ['位置 place', '项目 label', '种类 kind', '所称 claimed', '复算 computed', '依据 from'];
  const written = (value: number) => writtenNumber(value, Number.isInteger(value) ? 0 : 4);
  const rows = wrong.map((claim) => [
    `${claim.sheet}!${claim.cell}`,
    claim.label,
    claim.kind,
    written(claim.claimed),
    written(claim.computed),
    claim.from.length > 4 ? `${claim.from[0]} … ${claim.from.at(-1)}` : claim.from.join(', '),
  ]);
  const summary = `复算 ${claims.length} 处，不符 ${wrong.length} 处 / ${claims.length} recomputed, ${wrong.length} wrong`;
  return `${wrong.length === 0 ? '' : `${columns([head, ...rows])}\n`}${summary}\n`;
}
