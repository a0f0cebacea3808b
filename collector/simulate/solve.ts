/**
 * Solves A·X = B by Gaussian elimination with partial pivoting, in place; X has one column a driver.
 *
 * @param rows A, square. @param right B, as many rows.
 * @returns X, or the index of the first unknown that the equations leave open.
 */
export function solve(rows: readonly Float64Array[], right: readonly Float64Array[]): readonly Float64Array[] | number {
  const n = rows.length;
  const [a, b] = [rows.map((row) => row.slice()), right.map((row) => row.slice())];
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) if (Math.abs(a[row]![column]!) > Math.abs(a[pivot]![column]!)) pivot = row;
    if (Math.abs(a[pivot]![column]!) < 1e-12) return column;
    [a[column], a[pivot], b[column], b[pivot]] = [a[pivot]!, a[column]!, b[pivot]!, b[column]!];
    for (let row = 0; row < n; row++) {
      const share = row === column ? 0 : a[row]![column]! / a[column]![column]!;
      if (share === 0) continue;
      for (let k = column; k < n; k++) a[row]![k]! -= share * a[column]![k]!;
      for (let k = 0; k < b[row]!.length; k++) b[row]![k]! -= share * b[column]![k]!;
    }
  }
  return b.map((row, index) => row.map((value) => value / a[index]![index]!));
}
