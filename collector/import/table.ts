import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Fault } from '../../config/words/fault.ts';
import type { Cell } from './cell.ts';
import { csvRows, UnclosedQuote } from './rows.ts';

/** The cells of one sheet, rows of the file from 1. */
export interface Table {
  /** As the user gave it; with the sheet's name where a workbook has several. */
  readonly place: string;
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Reads .csv (UTF-8, UTF-16 with its mark, GBK) or the sheets of an .xlsx workbook.
 *
 * @throws Fault import.file where it cannot be read or is neither; import.quote where a quoted cell does not end.
 */
export async function readTables(path: string, sheet?: string): Promise<Table[]> {
  try {
    if (extname(path).toLowerCase() === '.csv' || extname(path).toLowerCase() === '.txt') {
      return [{ place: path, rows: csvRows(decodeText(await readFile(path))) }];
    }
    const { default: readExcelFile } = await import('read-excel-file/node');
    const sheets = (await readExcelFile(path)).filter(({ sheet: name }) => sheet === undefined || name === sheet);
    if (sheets.length === 0) throw new Error(`no sheet ${sheet ?? ''}`);
    return sheets.map(({ sheet: name, data }) => ({ place: sheets.length > 1 ? `${path}[${name}]` : path, rows: data as Cell[][] }));
  } catch (cause) {
    if (cause instanceof UnclosedQuote) throw unclosed(`${path}:${cause.row}`);
    throw new Fault({
      code: 'import.file',
      place: path,
      zh: '读不到这个文件；需要 .csv 或 .xlsx，且含所指定的工作表',
      en: 'cannot read this file; a .csv or .xlsx is needed, with the sheet that was named',
      cause,
    });
  }
}

function unclosed(place: string): Fault {
  return new Fault({
    code: 'import.quote',
    place,
    zh: '此行的引号没有闭合，其后的内容分不清行列；什么都没有导入',
    en: 'the quotation mark of this row is not closed, and what follows cannot be told apart; nothing is imported',
  });
}

/** Text of a file from a Windows or any other machine: by its mark, else UTF-8 where that fits, else GB 18030, which holds GBK. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  }
}
