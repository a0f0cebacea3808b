import writeExcelFile from 'write-excel-file/node';
import type { DisclosureRecord } from './disclosure.ts';

/** What stands where a field is not known. */
const UNKNOWN = '';

/** The public form of a record: printed field → text, in the order of the rule, and nothing else. */
export function publicRecord({ fields }: DisclosureRecord): Record<string, string> {
  return Object.fromEntries(fields.map(({ printed, text }) => [printed, text ?? UNKNOWN]));
}

/** Records as a table of HTML, one a plant; it stands by itself, loads nothing and runs nothing. */
export function recordsHtml(records: readonly DisclosureRecord[]): string {
  const tables = records.map(({ fields }) => {
    const rows = fields.map(({ printed, text }) => `<tr><th scope="row">${escaped(printed)}</th><td>${escaped(text ?? UNKNOWN)}</td></tr>`);
    return `<table>\n${rows.join('\n')}\n</table>`;
  });
  const style =
    'body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:0 0 2em}th,td{border:1px solid #888;padding:.4em .8em;text-align:left;vertical-align:top}';
  return `<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>污染物排放情况公布</title><style>${style}</style></head>\n<body>\n${tables.join('\n')}\n</body>\n</html>\n`;
}

/**
 * The same as an .xlsx workbook: one row a plant, one column a field. Plants of jurisdictions whose rules print other fields stand on a
 * sheet of their own.
 */
export async function recordsWorkbook(records: readonly DisclosureRecord[]): Promise<Uint8Array> {
  const groups = new Map<string, DisclosureRecord[]>();
  for (const record of records) {
    if (record.fields.length === 0) continue;
    const heads = record.fields.map(({ printed }) => printed).join('\n');
    groups.set(heads, [...(groups.get(heads) ?? []), record]);
  }
  const sheets = [...groups.values()].map((group, index) => ({
    sheet: `公布 ${index + 1}`,
    data: [
      group[0]!.fields.map(({ printed }) => ({ value: printed, type: String, fontWeight: 'bold' as const })),
      ...group.map(({ fields }) => fields.map(({ text }) => ({ value: text ?? UNKNOWN, type: String, wrap: true }))),
    ],
    columns: group[0]!.fields.map(() => ({ width: 28 })),
    stickyRowsCount: 1,
  }));
  return new Uint8Array(
    await writeExcelFile(sheets.length === 0 ? [{ sheet: '公布', data: [[{ value: UNKNOWN, type: String }]] }] : sheets).toBuffer(),
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
