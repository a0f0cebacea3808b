import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';
import subsetFont from 'subset-font';

const FAMILY = 'Noto Sans SC';
const FONT = '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';

export interface Png {
  readonly data: Uint8Array;
  /** px */
  readonly width: number;
  readonly height: number;
}

/**
 * SVG documents as PNGs `width` px wide, drawn with the packaged font alone: Chinese shows on a machine without Chinese fonts.
 *
 * The font is cut down to the characters that occur: the renderer reads all of its file for every glyph, 10 ms a label with all of it.
 */
export async function pngsOf(svgs: readonly string[], width: number): Promise<readonly Png[]> {
  if (svgs.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-font-'));
  try {
    const fontFile = join(folder, 'font.ttf');
    const whole = await readFile(createRequire(import.meta.url).resolve(FONT));
    await writeFile(fontFile, await subsetFont(whole, svgs.join('')));
    const options = {
      font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: FAMILY },
      fitTo: { mode: 'width' as const, value: width },
    };
    return await Promise.all(
      svgs.map(async (svg) => {
        const image = await renderAsync(svg, options);
        return { data: image.asPng(), width: image.width, height: image.height };
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
