import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';
import { FONT_FAMILY, fontFor } from './font.ts';

export interface Png {
  readonly data: Uint8Array;
  /** px */
  readonly width: number;
  readonly height: number;
}

/** px of paper for each px of a drawing that is as large as it is drawn: text of 10 px is then some 20 px high. */
const SHARPNESS = 2;

/** SVG documents as PNGs at most `most` px wide, drawn with the packaged font alone: Chinese shows on a machine without Chinese fonts. */
export async function pngsOf(svgs: readonly string[], most: number): Promise<readonly Png[]> {
  if (svgs.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-font-'));
  try {
    const fontFile = join(folder, 'font.ttf');
    await writeFile(fontFile, await fontFor(svgs.join(''), 'truetype'));
    const pngs: Png[] = [];
    // One at a time: a page-wide image takes tens of megabytes before it is compressed.
    for (const svg of svgs) {
      const width = Number(/viewBox="0 0 ([\d.]+) /.exec(svg)?.[1] ?? most);
      const image = await renderAsync(svg, {
        font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: FONT_FAMILY },
        fitTo: { mode: 'width', value: Math.min(most, Math.ceil(SHARPNESS * width)) },
      });
      pngs.push({ data: image.asPng(), width: image.width, height: image.height });
    }
    return pngs;
  } finally {
    await rm(folder, { recursive: true });
  }
}
