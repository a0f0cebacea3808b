import { type Claim, judged, type Printed, rounding } from './claim.ts';
import { type Grid, labelOf, printedAt, textAt, widthOf } from './grid.ts';
import { addsUp, isSum, type Meaning, meaningOf } from './meanings.ts';

/**
 * Everything that the tables of a report claim of their own numbers, recomputed: sums over the rows above, differences of input, output
 * and stock change, percentages of the input, coverage ratios. Tables may run downwards (a label to a row) or across (a heading to a
 * column). What cannot be recomputed from the sheet is not listed.
 */
export function claimsOf(grids: readonly Grid[]): readonly Claim[] {
  return grids.flatMap((grid) => [...downwards(grid), ...across(grid)]);
}

const sum = (parts: readonly Printed[]) => parts.reduce((total, { value }) => total + value, 0);
const roundings = (parts: readonly Printed[]) => parts.reduce((total, part) => total + rounding(part), 0);

/** Of figures that one column prints: a spreadsheet drops zeros at the end, so the finest of them tells the places. */
function columnRoundings(parts: readonly Printed[]): number {
  const decimals = Math.max(...parts.map((part) => part.decimals));
  return parts.length * 0.5 * 10 ** -decimals;
}

/** What a balance's rows told so far: one total each, or the items that make it up. */
type Sides = Readonly<Record<'input' | 'output' | 'stock', readonly Printed[]>>;
const NOTHING: Sides = { input: [], output: [], stock: [] };

/** A total replaces its items; an input after outputs starts another balance. */
function withPart(met: Sides, side: keyof Sides, label: string, printed: Printed): Sides {
  const from = side === 'input' && met.output.length > 0 ? NOTHING : met;
  return { ...from, [side]: /总|合计|total|sum/i.test(label) ? [printed] : [...from[side], printed] };
}

/** Claims of rows by their labels, column by column. */
function downwards(grid: Grid): readonly Claim[] {
  const claims: Claim[] = [];
  for (let column = 0; column < widthOf(grid); column++) {
    let title = '';
    let details: Printed[] = [];
    let all: Printed[] = [];
    let met = NOTHING;
    for (let row = 0; row < grid.rows.length; row++) {
      const printed = printedAt(grid, row, column);
      const label = labelOf(grid, row);
      if (printed === null) {
        const text = textAt(grid, row, column);
        if (text !== '' && text !== label) [title, details, all] = [text, [], []];
        continue;
      }
      const meaning = meaningOf(label);
      if (isSum(label)) {
        const parts = meaning === 'total' && all.length > details.length ? all : details;
        if (addsUp(title) && parts.length >= 2) {
          const computed = sum(parts);
          claims.push(judged({ sheet: grid.name, label, kind: 'sum', computed }, printed, parts, columnRoundings(parts)));
        }
        details = [];
        if (meaning !== 'subtotal') all = [];
      } else if (meaning !== 'difference' && meaning !== 'percent') {
        details.push(printed);
        all.push(printed);
      }
      if (meaning === 'input' || meaning === 'output' || meaning === 'stock') met = withPart(met, meaning, label, printed);
      else claims.push(...balanceClaims(grid.name, label, meaning, printed, met));
    }
  }
  return claims;
}

/** Claims of rows by the headings of their columns. */
function across(grid: Grid): readonly Claim[] {
  const claims: Claim[] = [];
  let columns: Partial<Record<Exclude<Meaning, null>, number>> = {};
  for (let row = 0; row < grid.rows.length; row++) {
    const found: typeof columns = {};
    for (let column = 0; column < widthOf(grid); column++) {
      const meaning = meaningOf(textAt(grid, row, column));
      if (meaning !== null) found[meaning] ??= column;
    }
    if ((found.input !== undefined && found.output !== undefined) || (found.required !== undefined && found.fitted !== undefined)) {
      columns = found;
      continue;
    }
    const at = (meaning: Exclude<Meaning, null>) => {
      const column = columns[meaning];
      return column === undefined ? null : printedAt(grid, row, column);
    };
    const label = labelOf(grid, row);
    const [input, output, stock] = [at('input'), at('output'), at('stock')];
    const met = { input: input ? [input] : [], output: output ? [output] : [], stock: stock ? [stock] : [] };
    for (const meaning of ['difference', 'percent'] as const) {
      const printed = at(meaning);
      if (printed !== null) claims.push(...balanceClaims(grid.name, label, meaning, printed, met));
    }
    const [required, fitted, ratio] = [at('required'), at('fitted'), at('ratio')];
    if (required && fitted && ratio && required.value > 0) {
      const computed = (100 * fitted.value) / required.value;
      // A ratio may be cut off: one short of its threshold must not read as if it reached it.
      claims.push(
        judged({ sheet: grid.name, label, kind: 'coverage', computed }, asPercent(ratio, computed), [fitted, required], rounding(ratio)),
      );
    }
  }
  return claims;
}

/** Difference = input − output − stock change; per cent of the input. Printed without their sign they are compared without it. */
function balanceClaims(
  sheet: string,
  label: string,
  meaning: Meaning,
  printed: Printed,
  { input, output, stock }: Sides,
): readonly Claim[] {
  if (input.length === 0 || output.length === 0) return [];
  const parts = [...input, ...output, ...stock];
  const difference = sum(input) - sum(output) - sum(stock);
  const signed = (computed: number) => (printed.value >= 0 ? Math.abs(computed) : computed);
  if (meaning === 'difference')
    return [judged({ sheet, label, kind: 'difference', computed: signed(difference) }, printed, parts, roundings(parts))];
  if (meaning !== 'percent' || sum(input) === 0) return [];
  const computed = signed((100 * difference) / sum(input));
  const slack = (100 * roundings(parts)) / Math.abs(sum(input));
  return [judged({ sheet, label, kind: 'percent', computed }, asPercent(printed, computed), parts, slack)];
}

/** A percentage that a spreadsheet holds as a share: 0.0091 for 0.91 %. */
function asPercent(printed: Printed, computed: number): Printed {
  const share = { ...printed, value: printed.value * 100, decimals: Math.max(0, printed.decimals - 2) };
  return Math.abs(share.value - computed) < Math.abs(printed.value - computed) && Math.abs(printed.value) <= 1 ? share : printed;
}
