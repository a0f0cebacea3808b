const DIGITS = '零一二三四五六七八九';

/** Ways in which a number may be printed: digits, with 万 or 亿, and Chinese numerals up to 99. */
export function waysToPrint(value: number): string[] {
  const ways = [String(value), value.toLocaleString('en')];
  if (Number.isInteger(value) && value > 0 && value < 100) ways.push(...numerals(value));
  const inWan = value / 10_000;
  if (value >= 10_000) ways.push(`${inWan}万`, ...(inWan < 100 && Number.isInteger(inWan) ? numerals(inWan).map((way) => `${way}万`) : []));
  if (value >= 100_000_000) ways.push(`${value / 100_000_000}亿`);
  return ways;
}

function numerals(value: number): string[] {
  const tens = Math.floor(value / 10);
  const unit = value % 10 === 0 ? '' : DIGITS[value % 10]!;
  if (value === 2) return ['二', '两'];
  return [value < 10 ? unit : `${tens > 1 ? DIGITS[tens] : ''}十${unit}`];
}

/** Whether a passage prints a number as one of its own, not as the end or the beginning of a longer one. */
export function prints(passage: string, value: number, units: readonly string[] = ['']): boolean {
  return waysToPrint(Math.abs(value)).some((way) =>
    units.some((unit) => {
      for (let at = passage.indexOf(way + unit); at >= 0; at = passage.indexOf(way + unit, at + 1)) {
        const before = passage[at - 1] ?? '';
        const after = passage[at + way.length] ?? '';
        const isDigits = /\d/.test(way);
        if (isDigits ? !/[\d.]/.test(before) && !/\d/.test(after) : !/[一二三四五六七八九十百]/.test(before)) return true;
      }
      return false;
    }),
  );
}

/** Whether a passage prints so many of a unit of time; 半年 is printed for six months too. */
export function printsTime(passage: string, amount: number, unit: 'day' | 'working-day' | 'week' | 'month' | 'year'): boolean {
  if (unit === 'working-day') return prints(passage, amount, ['个工作日', '工作日']);
  if (unit === 'week') return prints(passage, amount, ['周', '个星期']);
  if (unit === 'month') return prints(passage, amount, ['个月', '月内']) || (amount === 6 && passage.includes('半年'));
  if (unit === 'year') return prints(passage, amount, ['年']) || (amount === 1 && /每年|年度/.test(passage));
  return prints(passage, amount, ['日', '天', '个自然日']);
}

/** Days that a part of a month ends on, as printed. */
const THIRDS: Record<number, string> = { 10: '上旬', 20: '中旬' };

/** Whether a passage prints a day of the calendar: its day, or the end or the whole of its month, third of a month, quarter or half-year. */
export function printsDay(passage: string, month: number, day: number): boolean {
  const isEnd = day >= 28;
  if (isEnd && month === 12 && /年底|年末|年终/.test(passage)) return true;
  if (isEnd && month === 3 && passage.includes('一季度')) return true;
  if (isEnd && month === 6 && passage.includes('上半年')) return true;
  const days = waysToPrint(day).map((way) => `${way}日`);
  return waysToPrint(month)
    .flatMap((way) => passage.split(`${way}月`).slice(1))
    .some(
      (after) =>
        days.some((each) => after.startsWith(each)) ||
        (isEnd ? /^(底|份|末)/.test(after) : day in THIRDS && after.startsWith(THIRDS[day]!)),
    );
}
