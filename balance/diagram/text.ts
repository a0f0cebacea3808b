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

/** em of a character in a sans-serif face: ideographs and full-width marks are square, capitals wide, marks and blanks narrow. */
function emOf(character: string): number {
  if (character.codePointAt(0)! >= 0x2e80) return 1;
  if (/[\s.,:;'’|!ijl()[\]]/.test(character)) return 0.33;
  return /[A-Z→←%@mw—]/.test(character) ? 0.8 : 0.58;
}

/** Width that a text takes, in px, without a font at hand. Slightly generous. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += emOf(character);
  return Math.ceil(em * fontSize);
}

/**
 * A text in at most `lines` lines, one where it is no longer than `em`, else lines of like length: broken at a blank where there is one,
 * otherwise between ideographs. What is left over stays in the last line, so that nothing is lost.
 */
export function wrapped(text: string, em: number, lines: number): readonly string[] {
  const parts = text.match(/[\u2e80-\uffff][，。、；：）」』”]*|[^ \u2e80-\uffff]+ *| +/gu) ?? [];
  const whole = textWidth(text, 100) / 100;
  const most = whole <= em ? em : Math.ceil(whole / lines);
  const found: string[] = [''];
  for (const part of parts) {
    const line = found.at(-1)!;
    if (line !== '' && found.length < lines && textWidth((line + part).trimEnd(), 100) / 100 > most) found.push(part);
    else found[found.length - 1] = line + part;
  }
  return found.map((line) => line.trim()).filter((line) => line !== '');
}
