import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DisclosureRecord, disclosureRecord, disclosureRule } from '../balance/oversight/disclosure.ts';
import { publicRecord, recordsHtml, recordsWorkbook } from '../balance/oversight/disclosure-files.ts';
import { loadRules } from '../config/rules/load.ts';
import { say } from './output.ts';
import type { Overseen } from './oversight-plants.ts';

/** Writes the public records of the plants as `disclosure.json`, `.xlsx` and `.html`, and tells what is missing in them. */
export async function writeDisclosure(seen: readonly Overseen[], folder: string): Promise<readonly DisclosureRecord[]> {
  const rules = await loadRules();
  const records = seen.map(({ plant, oversight }) => {
    const rule = disclosureRule(rules, oversight.jurisdiction, Date.parse(oversight.window.to));
    return disclosureRecord(plant, oversight, rule);
  });
  await mkdir(folder, { recursive: true });
  const open = records.filter(({ fields }) => fields.length > 0);
  await writeFile(join(folder, 'disclosure.json'), `${JSON.stringify(open.map(publicRecord), null, 2)}\n`);
  await writeFile(join(folder, 'disclosure.html'), recordsHtml(open));
  await writeFile(join(folder, 'disclosure.xlsx'), await recordsWorkbook(open));
  for (const { plant, reason, rule, fields } of records) {
    if (reason === 'no-rule')
      say(`${plant}：此地没有公布规定，不生成公布内容`, `${plant}: no disclosure rule holds there; nothing is published`);
    if (reason === 'no-fields-printed') {
      say(`${plant}：${rule!.id} 未列公布内容，不借用他处的`, `${plant}: ${rule!.id} lists no fields; those of others are not borrowed`);
    }
    const missing = fields
      .filter((field) => field.missing.length > 0)
      .map(({ printed, missing: parts }) => `${printed} (${parts.join(', ')})`);
    if (missing.length > 0) say(`${plant}：公布内容缺 ${missing.join('、')}`, `${plant}: missing in the record: ${missing.join(', ')}`);
  }
  return records;
}
