import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { findingsOf, withoutCase } from '../balance/oversight/cases/findings.ts';
import { CaseFile } from '../balance/oversight/cases/keep.ts';
import { stepOf } from '../balance/oversight/cases/written.ts';
import type { Oversight } from '../balance/oversight/oversee.ts';
import { Fault } from '../config/words/fault.ts';
import { printJson } from './output.ts';

interface Options {
  readonly append?: string;
  readonly notices?: string;
  readonly by?: string;
  readonly replyBy?: string;
  readonly settleBy?: string;
  readonly json?: boolean;
}

/** Notices as `--append` takes them, of what an oversight found and no case is open of. Nothing is appended. */
async function noticesOf(path: string, found: string, { by, replyBy, settleBy }: Options): Promise<readonly unknown[]> {
  if (by === undefined || replyBy === undefined || settleBy === undefined) {
    throw new Fault({
      code: 'cases.notices',
      place: '--notices',
      zh: '请同时给出 --by、--reply-by、--settle-by',
      en: 'give --by, --reply-by and --settle-by with it',
    });
  }
  const overseen = await readFile(found, 'utf8').then(
    (text) => JSON.parse(text) as Oversight[],
    () => null,
  );
  if (!Array.isArray(overseen) || overseen.some(({ outfalls }) => !Array.isArray(outfalls))) {
    throw new Fault({ code: 'cases.oversight', place: found, zh: '不是 oversight --json 的结果', en: 'not what oversight --json prints' });
  }
  const findings = withoutCase(overseen.flatMap(findingsOf), (await CaseFile.open(path)).cases(Date.now()));
  return findings.map((finding) => ({ step: 'notice', ...finding, by, replyBy, settleBy }));
}

/** `cases FILE`: the case files (督办) of a bureau. */
export function define(program: Command): void {
  program
    .command('cases')
    .description(
      '督办案：通知、企业答复、核查、结案，只追加不改写\ncase files: notice, reply, verification, closure; only ever appended to',
    )
    .argument('<file>', '督办记录 cases.jsonl / the case file')
    .option('--append <step>', '追加一步：JSON 文件，{case?, step, …}，时间为 ISO 8601 / append a step from a JSON file')
    .option(
      '--notices <oversight>',
      '由 oversight --json 的结果写出尚无督办案的通知稿，供审阅后逐件追加 / notices of what oversight --json found and no case is open of, to be looked at and appended',
    )
    .option('--by <name>', '通知稿的署名 / who signs the notices')
    .option('--reply-by <time>', '答复期限，ISO 8601 / until when the plant is to reply')
    .option('--settle-by <time>', '整改期限，ISO 8601 / until when the matter is to be settled')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: Options) => {
      if (options.notices !== undefined) {
        printJson(await noticesOf(path, options.notices, options));
        return;
      }
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
