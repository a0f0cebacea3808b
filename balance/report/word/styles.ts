import type { IParagraphStyleOptions, IStylesOptions } from 'docx';
import type { Lang } from '../../../config/words/word.ts';

const SERIF = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: 'SimSun', cs: 'Times New Roman' };
const SANS = { ascii: 'Arial', hAnsi: 'Arial', eastAsia: 'SimHei', cs: 'Arial' };
const EDGE = { style: 'dashed', size: 6, color: '8A6D00', space: 4 } as const;

/** Half points. */
const pt = (points: number) => points * 2;

/** The styles of the document, that its readers may restyle it by. */
export function styles(lang: Lang): IStylesOptions {
  const style = (id: string, name: string, more: Omit<IParagraphStyleOptions, 'id' | 'name'> = {}): IParagraphStyleOptions => ({
    id,
    name,
    basedOn: 'Normal',
    quickFormat: true,
    ...more,
  });
  const tableText = (size: number) => ({ run: { size: pt(size) }, paragraph: { spacing: { before: 0, after: 0, line: 240 } } });
  const heading = (size: number, before: number) => ({
    run: { font: SANS, size: pt(size), bold: true, color: '1F2933' },
    paragraph: { keepNext: true, spacing: { before, after: before / 2 } },
  });
  return {
    default: {
      document: { run: { font: SERIF, size: pt(10.5), language: { value: 'en-US', eastAsia: lang === 'zh' ? 'zh-CN' : 'en-US' } } },
      title: { run: { font: SANS, size: pt(22), bold: true }, paragraph: { alignment: 'center', spacing: { before: 1200, after: 600 } } },
      heading1: { ...heading(16, 360), paragraph: { keepNext: true, spacing: { before: 360, after: 180 } } },
      heading2: heading(14, 260),
      heading3: heading(12, 200),
      heading4: heading(10.5, 160),
    },
    paragraphStyles: [
      style('Body', 'Body Text', { paragraph: { spacing: { after: 120, line: 320 } } }),
      style('Item', 'List Item', { paragraph: { spacing: { after: 40 } } }),
      style('Remark', 'Remark', { run: { size: pt(9), color: '52606D' }, paragraph: { spacing: { after: 120 } } }),
      style('Warning', 'Warning', {
        run: { bold: true },
        paragraph: {
          keepNext: true,
          spacing: { before: 120, after: 120 },
          shading: { type: 'clear', color: 'auto', fill: 'FDF1E3' },
          border: { left: { style: 'single', size: 24, color: 'B4500B', space: 6 } },
        },
      }),
      style('Blank', 'Blank to Fill', {
        run: { color: '8A6D00' },
        paragraph: {
          spacing: { before: 120, after: 600 },
          shading: { type: 'clear', color: 'auto', fill: 'FFFBE6' },
          border: { top: EDGE, bottom: EDGE, left: EDGE, right: EDGE },
        },
      }),
      style('Caption', 'Caption', {
        run: { font: SANS, size: pt(9), bold: true },
        paragraph: { alignment: 'center', spacing: { before: 160, after: 80 } },
      }),
      style('TableText', 'Table Text', tableText(9)),
      style('TableTextHead', 'Table Head', { ...tableText(9), run: { size: pt(9), bold: true } }),
      style('TableTextSmall', 'Table Text Small', tableText(7.5)),
      style('TableTextSmallHead', 'Table Head Small', { ...tableText(7.5), run: { size: pt(7.5), bold: true } }),
      style('ContentsTitle', 'Contents Title', {
        run: { font: SANS, size: pt(14), bold: true },
        paragraph: { alignment: 'center', spacing: { before: 400, after: 200 } },
      }),
      style('Frame', 'Header and Footer', { run: { size: pt(7.5), color: '52606D' } }),
    ],
  };
}
