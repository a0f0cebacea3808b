/** Text as XML character data or attribute value; what XML 1.0 cannot hold is left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Width that a text takes, in px, without a font at hand: ideographs and full-width marks 1 em, others 0.58 em. Slightly generous. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += character.codePointAt(0)! >= 0x2e80 ? 1 : 0.58;
  return Math.ceil(em * fontSize);
}
