/** Rows of text as aligned columns, by the width that a terminal gives a character: two for Chinese ones. */
export function columns(rows: readonly (readonly string[])[]): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, c) => Math.max(0, ...rows.map((row) => shownWidth(row[c] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell + ' '.repeat(widths[c]! - shownWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

function shownWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}
