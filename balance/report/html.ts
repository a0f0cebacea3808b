import type { CoverageReport } from '../../collector/coverage/result.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { type Lang, named, word } from '../../config/words/word.ts';
import { escapeXml } from '../diagram/text.ts';
import type { BalanceReport } from '../media/result.ts';
import { type Block, cellText, type Table } from './blocks.ts';
import { filled } from './names.ts';
import { reportBlocks } from './report.ts';
import type { FurtherResults } from './results.ts';
import { STYLE } from './style.ts';

/**
 * The report of a window as one HTML document that needs nothing else: no script, no font, no picture from elsewhere. It is well-formed
 * XML too. Prints on A4.
 */
export async function reportHtml(
  plant: Plant,
  balances: BalanceReport,
  coverage: CoverageReport,
  lang: Lang,
  further: FurtherResults = {},
): Promise<string> {
  const blocks = await reportBlocks({ plant, balances, coverage, lang, ...further });
  const title = filled(word(lang, 'report.title'), { name: named(plant.file.plant.name, lang) });
  const tables = { n: 0, pictures: 0 };
  return [
    '<!DOCTYPE html>',
    `<html xmlns="http://www.w3.org/1999/xhtml" lang="${lang === 'zh' ? 'zh-CN' : 'en'}">`,
    `<head><meta charset="utf-8"/><meta name="viewport" content="width=device-width"/><title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><main><h1 class="title">${escapeXml(title)}</h1>`,
    ...blocks.map((block) => blockHtml(block, lang, tables)),
    '</main></body></html>',
    '',
  ].join('\n');
}

function blockHtml(block: Block, lang: Lang, numbers: { n: number; pictures: number }): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level + 1}>${escapeXml(block.text)}</h${block.level + 1}>`;
    case 'paragraph':
      return `<p class="${block.tone}">${escapeXml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeXml(item)}</li>`).join('')}</ul>`;
    case 'table':
      numbers.n += 1;
      return tableHtml(block, `${word(lang, 'report.tableWord')} ${numbers.n}　${block.caption}`);
    case 'picture':
      numbers.pictures += 1;
      return `<figure>${block.svg}<figcaption>${escapeXml(`${word(lang, 'report.pictureWord')} ${numbers.pictures}　${block.caption}`)}</figcaption></figure>`;
    case 'blank':
      return `<p class="blank">${escapeXml(block.text)}</p>`;
  }
}

function tableHtml({ columns, rows }: Table, caption: string): string {
  const cell = (tag: 'td' | 'th', text: string, column: number) =>
    `<${tag}${columns[column]!.align === 'right' ? ' class="number"' : ''}>${escapeXml(text)}</${tag}>`;
  const head = columns.map(({ title }, column) => cell('th', title, column)).join('');
  const body = rows.map((cells) => `<tr>${cells.map((each, column) => cell('td', cellText(each), column)).join('')}</tr>`);
  return `<table><caption>${escapeXml(caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>`;
}
