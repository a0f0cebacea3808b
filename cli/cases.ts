import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CaseFile } from '../balance/oversight/cases/keep.ts';
import { stepOf } from '../balance/oversight/cases/written.ts';
import { Fault } from '../config/words/fault.ts';
import { printJson } from './output.ts';

/** `cases FILE`: the case files (督办) of a bureau. */
export function define(program: Command): void {
  program
    .command('cases')
    .description(
      '督办案：通知、企业答复、核查、结案，只追加不改写\ncase files: notice, reply, verification, closure; only ever appended to',
    )
    .argument('<file>', '督办记录 cases.jsonl / the case file')
    .option('--append <step>', '追加一步：JSON 文件，{case?, step, …}，时间为 ISO 8601 / append a step from a JSON file')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: { readonly append?: string; readonly json?: boolean }) => {
      if (options.append === undefined && (await stat(path).catch(() => null)) === null) {
        throw new Fault({ code: 'cases.file', place: path, zh: '没有此督办记录', en: 'there is no such case file' });
      }
      const file = await CaseFile.open(path);
      if (options.append !== undefined) {
        const { id, step } = stepOf(await readFile(options.append, 'utf8'), options.append, Date.now());
        await file.append(id, step);
      }
      const cases = file.cases(Date.now());
      if (options.json) printJson(cases);
      else {
        for (const { id, plant, outfall, finding, state, turn, overdue, settleByMs } of cases) {
          const due = new Date(settleByMs).toISOString().slice(0, 10);
          process.stdout.write(
            `${id}  ${plant} ${outfall ?? ''} ${finding}  ${state}${turn === null ? '' : ` → ${turn}`}  ${due}${overdue ? ' 逾期 overdue' : ''}\n`,
          );
        }
      }
      process.exitCode = cases.some(({ overdue }) => overdue) ? 1 : 0;
    });
}
