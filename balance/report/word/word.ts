import { Document, Footer, Header, Packer, PageNumber, Paragraph, TextRun } from 'docx';
import type { CoverageReport } from '../../../collector/coverage/result.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { type Lang, named, type WordKey, word } from '../../../config/words/word.ts';
import type { BalanceReport } from '../../media/result.ts';
import { auditReportBlocks } from '../audit-report.ts';
import { filled, headerText } from '../names.ts';
import type { FurtherResults } from '../results.ts';
import { bodyOf } from './body.ts';
import { contentsOf } from './contents.ts';
import { PAGE } from './page.ts';
import { sectionsOf } from './sections.ts';
import { styles } from './styles.ts';

/** The audit report of a window as a Word document, in the chapters of the audit manual. */
export async function reportWord(
  plant: Plant,
  balances: BalanceReport,
  coverage: CoverageReport,
  lang: Lang,
  further: FurtherResults = {},
): Promise<Uint8Array> {
  const w = (key: WordKey) => word(lang, key);
  const name = named(plant.file.plant.name, lang);
  const title = filled(w('audit.title'), { name });
  const content = { plant, balances, coverage, lang, ...further };
  const blocks = await auditReportBlocks(content);
  const bodies = await bodyOf(blocks, lang);
  const root = headerText(content);
  const frame = {
    headers: { default: new Header({ children: [new Paragraph({ style: 'Frame', text: root })] }) },
    footers: {
      default: new Footer({
        children: [
          new Paragraph({
            style: 'Frame',
            alignment: 'center',
            children: [new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] })],
          }),
        ],
      }),
    },
  };
  const front = [
    new Paragraph({ style: 'Title', text: title }),
    new Paragraph({ alignment: 'center', text: filled(w('report.windowText'), { from: balances.window.from, to: balances.window.to }) }),
    ...(balances.simulated || plant.simulated ? [new Paragraph({ style: 'Warning', text: w('simulated.banner') })] : []),
    new Paragraph({ style: 'ContentsTitle', text: w('audit.contents') }),
    ...contentsOf(blocks),
  ];
  const document = new Document({
    title,
    creator: w('app.name'),
    // Word asks whether to fill in page numbers as it opens the document; LibreOffice does so unasked.
    features: { updateFields: true },
    styles: styles(lang),
    numbering: {
      config: [
        {
          reference: 'bullets',
          levels: [
            { level: 0, format: 'bullet', text: '•', alignment: 'left', style: { paragraph: { indent: { left: 420, hanging: 260 } } } },
          ],
        },
      ],
    },
    sections: [
      { properties: PAGE.portrait, ...frame, children: front },
      ...sectionsOf(bodies).map((section) => ({ ...section, ...frame })),
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}
