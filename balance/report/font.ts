import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

export const FONT_FAMILY = 'Noto Sans SC';
const FONTS = {
  400: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  700: '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
};

/**
 * The packaged Chinese font cut down to the characters of a text, as TrueType or WOFF2: with it Chinese shows on a machine that has no
 * Chinese font, and a renderer need not read the 10 MB of all of it for every glyph.
 */
export async function fontFor(text: string, format: 'truetype' | 'woff2', weight: keyof typeof FONTS = 400): Promise<Uint8Array> {
  const whole = await readFile(createRequire(import.meta.url).resolve(FONTS[weight]));
  return subsetFont(whole, [...new Set(text)].join(''), { targetFormat: format });
}
