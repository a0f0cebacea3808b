/** A quotation mark that opens a cell and is never closed: what follows it cannot be told apart. `row` from 1. */
export class UnclosedQuote extends Error {
  readonly row: number;

  constructor(row: number) {
    super(`the quotation mark of row ${row} is not closed`);
    this.row = row;
  }
}

/**
 * Rows of comma-, semicolon- or tab-separated text; the separator is the one of the three that the first line has most of.
 *
 * @throws UnclosedQuote
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
  if (quoted) throw new UnclosedQuote(rows.length + 1);
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]];
}
