import type { Command } from 'commander';
import { fleetOf } from '../balance/oversight/fleet.ts';
import { complianceLists, loadShares } from '../balance/oversight/lists.ts';
import { Fault } from '../config/words/fault.ts';
import { printJson, say } from './output.ts';
import { sendAlarms } from './oversight-alarms.ts';
import { writeDisclosure } from './oversight-disclosure.ts';
import { callsForALook, overseeAll, plantFiles } from './oversight-plants.ts';
import { fleetTable, tableOf } from './oversight-text.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly fleet?: string;
  readonly lists?: boolean;
  readonly share: string;
  readonly disclosure?: string;
  readonly alarms?: string;
  readonly json?: boolean;
}

/** `oversight PLANT…`: what an officer asks of each plant's monitors; exit status 1 where something calls for a look. */
export function define(program: Command): void {
  program
    .command('oversight')
    .description(
      '排放口在线监测：有效性、传输有效率、超标、总量、异常迹象、与平衡的矛盾\nMonitors of outfalls: validity, rates, exceedances, caps, signs, contradictions',
    )
    .argument('[plants...]', '企业文件或其文件夹 / plant files or their folders')
    .option('--from <time>', '开始 / start')
    .option('--to <time>', '结束（不含）/ end, exclusive')
    .option('--fleet <dir>', '一个文件夹里的全部企业，按轻重排序 / every plant of a folder, ranked')
    .option('--lists', '超标、超总量、达标、零排放名单与污染负荷占比 / the lists that rules name, and shares of the load')
    .option('--share <percent>', '负荷占比名单的界线（%）/ line of the list by load, per cent', '60')
    .option(
      '--disclosure <dir>',
      '写出公布内容（json、xlsx、html），只含当地规定的项目 / write the public records, with the fields of the local rule only',
    )
    .option('--alarms <file>', '把新发生与恢复的情况按报警文件发出 / send what is new and what recovered to the targets of an alarm file')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (paths: readonly string[], options: Options) => {
      const files = await plantFiles(paths, options.fleet);
      if (files.length === 0) {
        throw new Fault({
          code: 'oversight.no-plant',
          zh: '请给出企业文件，或 --fleet 文件夹',
          en: 'name a plant file, or a folder with --fleet',
        });
      }
      const share = Number(options.share) / 100;
      if (!(share > 0 && share <= 1))
        throw new Fault({ code: 'oversight.share', zh: '--share 应在 0 到 100 之间', en: '--share lies between 0 and 100' });
      const seen = await overseeAll(files, options);
      const fleet = fleetOf(seen);
      const lists = {
        ...complianceLists(seen),
        load: loadShares(
          seen.map(({ oversight, region }) => ({ oversight, region: region ?? null })),
          share,
        ),
      };
      if (options.disclosure !== undefined) await writeDisclosure(seen, options.disclosure);
      const delivery =
        options.alarms === undefined
          ? null
          : await sendAlarms(
              seen.map(({ oversight }) => oversight),
              options.alarms,
              Date.now(),
            );
      for (const { target, error } of delivery?.failures ?? [])
        say(`报警未送达 ${target}：${error}`, `alarm not delivered to ${target}: ${error}`);
      if (options.json) {
        if (options.lists === true) printJson(lists);
        else if (options.fleet !== undefined) printJson(fleet);
        else printJson(seen.map(({ oversight }) => oversight));
      } else if (options.lists === true) process.stdout.write(listText(lists));
      else if (options.fleet !== undefined) process.stdout.write(fleetTable(fleet));
      else process.stdout.write(`${seen.map(({ oversight }) => tableOf(oversight)).join('\n')}`);
      const failed = (delivery?.failures.length ?? 0) > 0;
      process.exitCode = failed || seen.some(({ oversight }) => callsForALook(oversight)) ? 1 : 0;
    });
}

type Lists = ReturnType<typeof complianceLists> & { readonly load: ReturnType<typeof loadShares> };

function listText({ overLimit, overCap, within, zeroDischarge, unknown, load }: Lists): string {
  const named = [
    ['超标 over the limit', overLimit],
    ['超总量 over the cap', overCap],
    ['达标 within', within],
    ['零排放 zero discharge', zeroDischarge],
    ['不能判断 not known', unknown],
  ] as const;
  const lines = named.flatMap(([title, entries]) => [
    `${title}: ${entries.length}`,
    ...entries.map(
      ({ plant, outfall, code, figure }) =>
        `  ${plant} ${outfall}${code === null ? '' : ` ${code}`}${figure === null ? '' : ` ${figure.toFixed(2)}`}`,
    ),
  ]);
  const shares = load.map(({ region, code, plant, amount, unit, share, cumulative, among }) => {
    const percent = `${(100 * share).toFixed(1)} %, ${(100 * cumulative).toFixed(1)} %`;
    return `  ${region} ${code} ${plant} ${Number(amount.toPrecision(4))} ${unit} ${percent}${among ? ' *' : ''}`;
  });
  return `${[...lines, '负荷占比 shares of the load (* = 占规定比例 makes up the line)', ...shares].join('\n')}\n`;
}
