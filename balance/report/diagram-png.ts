import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResvgRenderOptions } from '@resvg/resvg-js';
import { type Png, rasterised } from './drawing-thread.ts';
import { FONT_FAMILY, fontFor } from './font.ts';

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
      const options: ResvgRenderOptions = {
        font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: FONT_FAMILY },
        fitTo: { mode: 'width', value: Math.min(most, Math.ceil(SHARPNESS * width)) },
      };
      pngs.push(await rasterised(svg, options));
    }
    return pngs;
  } finally {
    await rm(folder, { recursive: true });
  }
}
