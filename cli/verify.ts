import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Finding, verifyJournal } from '../collector/journal/verify.ts';
import { Fault } from '../config/words/fault.ts';
import { sayHowFar } from './how-far.ts';
import { printJson, say } from './output.ts';
import { verifyPack } from './verify-pack.ts';
import { sayPack } from './verify-pack-text.ts';

const WHAT: Readonly<Record<Finding['what'], readonly [zh: string, en: string]>> = {
  changed: ['被改动', 'was changed'],
  removed: ['被删除', 'was removed'],
  added: ['是后加的', 'was added'],
  reordered: ['次序被调换', 'stands in another order'],
  damaged: ['已损坏', 'is damaged'],
  cut: ['起的部分被截去', 'and what followed were cut off'],
};

export function define(program: Command): void {
  program
    .command('verify')
    .argument(
      '<dir>',
      '日志目录、含有它的数据目录，或证据包 .zip / folder of a journal, the data folder that holds it, or an evidence pack .zip',
    )
    .option('--root <seq:sha256>', '以前记下的链值，日志必须仍含有它 / a root noted earlier, which the journal must still contain')
    .option('--key <file>', '证据包必须由此公钥（PEM）签名 / public key (PEM) that must have signed the pack')
    .option('--reveal <dir>', '含 withheld.json 与被保留文件的文件夹 / folder with withheld.json and files that were kept back')
    .option('--json')
    .description('离线核对日志是否被改动 / check offline that a journal is what was written')
    .action(async (dir: string, options: { root?: string; key?: string; reveal?: string; json?: true }) => {
      if (dir.endsWith('.zip')) {
        const pack = await verifyPack(dir, options.key, options.reveal);
        if (pack.findings.length > 0 || !pack.recomputed) process.exitCode = 1;
        return options.json ? printJson(pack) : sayPack(pack);
      }
      const result = await verifyJournal(await journalIn(dir), options.root === undefined ? null : rootOf(options.root), sayHowFar());
      if (result.finding !== null || result.start === 'unrecorded') process.exitCode = 1;
      if (options.json) return printJson(result);
      const { finding, fromSeq, head, groups, records, start, dropped } = result;
      if (start === 'recorded') {
        say(
          `第 ${fromSeq} 组以前按设定删去：${dropped.groups} 组、${dropped.records} 条记录，日志中有记载`,
          `What came before group ${fromSeq} was dropped as set, ${dropped.groups} groups and ${dropped.records} records; the journal says so`,
        );
      } else if (start === 'unrecorded') {
        say(
          `日志从第 ${fromSeq} 组开始，以前的部分不在，也没有删去的记载`,
          `The journal begins at group ${fromSeq}; what came before is gone and no record says why`,
        );
      }
      if (finding === null) {
        say(
          `日志完好：第 ${fromSeq}–${head.seq} 组，共 ${groups} 组、${records} 条记录，链值 ${head.sha256}`,
          `The journal is whole: groups ${fromSeq}–${head.seq}, ${groups} groups, ${records} records, chain value ${head.sha256}`,
        );
        return;
      }
      const [zh, en] = WHAT[finding.what];
      const record = finding.record === null ? ['', ''] : [`第 ${finding.record} 条记录`, `record ${finding.record} of `];
      say(
        `${finding.path}：第 ${finding.seq} 组${record[0]}${zh}${finding.text === null ? '' : `：${finding.text}`}`,
        `${finding.path}: ${record[1]}group ${finding.seq} ${en}${finding.text === null ? '' : `: ${finding.text}`}`,
      );
    });
}

/** @throws Fault verify.absent */
async function journalIn(dir: string): Promise<string> {
  for (const candidate of [join(dir, 'journal'), dir]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isDirectory()) return candidate;
  }
  throw new Fault({ code: 'verify.absent', place: dir, zh: '没有这个目录', en: 'there is no such folder' });
}

/** @throws Fault verify.root */
function rootOf(text: string): { seq: number; sha256: string } {
  const match = /^([1-9]\d*):([0-9a-f]{64})$/.exec(text);
  if (match) return { seq: Number(match[1]), sha256: match[2]! };
  throw new Fault({
    code: 'verify.root',
    place: text,
    zh: '链值应写成 组号:64 位十六进制',
    en: 'a root reads like SEQ: and 64 hex digits',
  });
}
