/**
 * Rows of comma-, semicolon- or tab-separated text; the separator is the one of the three that the first line has most of.
 *
 * @source RFC 4180
 */
export function csvRows(text: string): string[][] {
  const end = text.search(/[\r\n]/);
  const first = end < 0 ? text : text.slice(0, end);
  const [separator] = [',', ';', '\t'].map((one) => [one, first.split(one).length] as const).sort((a, b) => b[1] - a[1])[0]!;
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at]!;
      else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === separator) {
      row.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at++;
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += character;
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]];
}
