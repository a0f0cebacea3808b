import type { PackFinding } from '../balance/report/pack/manifest.ts';
import { say } from './output.ts';
import type { PackVerification } from './verify-pack.ts';

const WHAT: Readonly<Record<PackFinding['what'], readonly [zh: string, en: string]>> = {
  archive: ['压缩包的字节与写出时不同', 'is not byte by byte the archive that was written'],
  changed: ['与清单不符', 'is not what the manifest says'],
  removed: ['已被删除', 'was removed'],
  added: ['不在清单中', 'is not in the manifest'],
  signature: ['签名不成立', 'the signature does not hold'],
  journal: ['日志与链值不符', 'the journal does not prove its chain value'],
  rule: ['与本程序所存的规则不同', 'is not the rule that this program holds'],
  plant: ['已不是成立的企业文件', 'the plant file no longer holds'],
  meter: ['计量器具不在原来的计量点，或已删除', 'this meter is not fitted where it was, or is gone'],
  figure: ['与由原始读数复算的数值不同', 'is not what the raw readings give'],
  samples: ['与日志中的读数不同', 'are not the readings of the journal'],
  commitment: ['不是当初保留的文件', 'is not the file that was kept back'],
  document: ['与由结果重新编写的文档不同', 'is not the document that the results give'],
};

/** What was found in an evidence pack, for a person. */
export function sayPack(verification: PackVerification): void {
  const { plant, window, revision, signature, documentsCompared, recomputed, withheld, shown, unproven, findings } = verification;
  for (const { what, place } of findings) say(`${place}：${WHAT[what][0]}`, `${place}: ${WHAT[what][1]}`);
  const hidden = withheld.filter((path) => !shown.includes(path));
  if (hidden.length > 0) say(`企业保留未出示：${hidden.join('、')}`, `kept back by the plant: ${hidden.join(', ')}`);
  if (!recomputed) say('日志被保留，数值未能由原始读数复算', 'the journal was kept back: no figure was recomputed from raw readings');
  if (!documentsCompared && recomputed)
    say('文档由另一版本的程序编写，未重新编写比较', 'the documents are by another version of the program and were not written again');
  if (unproven.length > 0)
    say(
      `只核对了散列、未重新编写比较：${unproven.join('、')}`,
      `held against their hashes alone, not written again: ${unproven.join(', ')}`,
    );
  if (signature === 'none') say('证据包没有签名', 'the pack is not signed');
  if (findings.length > 0 || !recomputed) return;
  say(
    `证据包完好：${plant}，${window.from} 至 ${window.to}，修订 ${revision}，全部数值已由原始读数复算`,
    `The pack is whole: ${plant}, ${window.from} to ${window.to}, revision ${revision}; every figure was recomputed from the raw readings`,
  );
}
