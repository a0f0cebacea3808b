import { Fault } from '../words/fault.ts';
import { nearest } from '../words/nearest.ts';
import { ATOMS, type Atom, SPELLINGS } from './atoms.ts';

/** A unit taken apart: canonical spelling, exponents of its quantities, size in base units as a fraction. */
interface Parsed {
  readonly canonical: string;
  readonly powers: ReadonlyMap<string, number>;
  readonly numerator: number;
  readonly denominator: number;
}

const parsed = new Map<string, Parsed | null>();

/** Whether the text is a unit, in any spelling: `m3/h`, `mg/L`, `万kWh`, `℃`. */
export function isUnit(text: string): boolean {
  return tryParse(text) !== null;
}

/**
 * What a unit measures, e.g. `mass`, `volume/time`, `energy`, `gas-0C`, `mass/volume`, `ratio`. Two units convert exactly when this is
 * equal. `%`, `kg/t` and `m3/m3` are all `ratio`.
 *
 * @throws Fault `unit.unknown`.
 */
export function dimensionOf(unit: string): string {
  return dimension(parse(unit));
}

/** Whether `from` converts into `to`; false also where one of them is no unit. */
export function isConvertible(from: string, to: string): boolean {
  const [a, b] = [tryParse(from), tryParse(to)];
  return a !== null && b !== null && dimension(a) === dimension(b);
}

/**
 * A value in another unit of the same dimension. Linear only; temperatures convert into themselves alone. Decimal units convert with
 * one rounding at most, e.g. `convert(1, 'kWh', 'MJ')` = 3.6, `convert(2.5, 'mg/L', 'kg/m3')` = 0.0025.
 *
 * @throws Fault `unit.unknown` for a text that is no unit; `unit.dimension` where the dimensions differ (m3 and Nm3, t and m3, kWh and
 * kgce): such a step needs a density, a gas state or a dated factor.
 */
export function convert(value: number, from: string, to: string): number {
  const [a, b] = [parse(from), parse(to)];
  if (dimension(a) !== dimension(b)) {
    throw new Fault({
      code: 'unit.dimension',
      zh: `单位 ${from}（${dimension(a)}）不能换算为 ${to}（${dimension(b)}）`,
      en: `${from} (${dimension(a)}) does not convert into ${to} (${dimension(b)})`,
    });
  }
  const [numerator, denominator] = reduced(a.numerator, a.denominator, b.denominator, b.numerator);
  return (value * numerator) / denominator;
}

/**
 * The amount that a rate adds up to: `m3/h` → `m3`, `kg/s` → `kg`, `kW` → `kWh`; null where the unit is no rate (`t`, `mg/L`, `%`).
 *
 * @throws Fault `unit.unknown`.
 */
export function amountUnitOf(unit: string): string | null {
  const { canonical } = parse(unit);
  const atom = ATOMS.get(withoutWan(canonical));
  if (atom?.hourAmount !== undefined) return `${canonical.startsWith('万') ? '万' : ''}${atom.hourAmount}`;
  const parts = canonical.split('/');
  const per = parts.findIndex((part, index) => index > 0 && ATOMS.get(part)?.powers.time === 1);
  if (per < 0) return null;
  return parts.filter((_, index) => index !== per).join('/');
}

/**
 * What one hour at rate 1 adds up to, in `amountUnitOf(unit)`: 1 for `m3/h` and `kW`, 3600 for `L/s`, 60 for `kg/min`, 1/24 for `t/d`.
 *
 * @throws Fault `unit.unknown`; `unit.rate` where the unit is no rate.
 */
export function amountPerHour(unit: string): number {
  const amount = amountUnitOf(unit);
  if (amount === null) {
    throw new Fault({ code: 'unit.rate', zh: `${unit} 不是单位时间的量`, en: `${unit} is no amount per time` });
  }
  return convert(1, unit, `${amount}/h`);
}

function dimension({ powers }: Parsed): string {
  const of = (sign: 1 | -1) =>
    [...powers]
      .filter(([, power]) => power * sign > 0)
      .map(([quantity, power]) => (Math.abs(power) === 1 ? quantity : `${quantity}${Math.abs(power)}`))
      .sort((a, b) => (a < b ? -1 : 1));
  const [over, under] = [of(1), of(-1)];
  if (over.length === 0 && under.length === 0) return 'ratio';
  return [over.join('·') || '1', ...under].join('/');
}

function parse(text: string): Parsed {
  const unit = tryParse(text);
  if (unit) return unit;
  const near = nearest(text, [...ATOMS.keys(), 'm3/h', 't/h', 'kg/h', 'L/s', 'mg/L', 'mg/m3', 'mg/Nm3', 'Nm3/h', 'kg/t', 'GJ/h', 'GJ/t']);
  throw new Fault({
    code: 'unit.unknown',
    zh: `不认识单位“${text}”${near ? `，是否应为 ${near}？` : ''}`,
    en: `"${text}" is no known unit${near ? `; did you mean ${near}?` : ''}`,
  });
}

function tryParse(text: string): Parsed | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const result = take(text);
  if (parsed.size < 10_000) parsed.set(text, result);
  return result;
}

/** Numerator and denominators: `mg/L`, `kg/m3/d`; a leading 万 multiplies by ten thousand. */
function take(text: string): Parsed | null {
  const parts = text.trim().replaceAll('／', '/').split('/');
  const powers = new Map<string, number>();
  const names: string[] = [];
  let [numerator, denominator] = [1, 1];
  for (const [index, part] of parts.entries()) {
    const wan = index === 0 && part.startsWith('万');
    const spelled = wan ? part.slice(1) : part.trim();
    const name = Object.hasOwn(SPELLINGS, spelled) ? (SPELLINGS[spelled] as string) : spelled;
    const atom: Atom | undefined = ATOMS.get(name);
    if (!atom) return null;
    names.push(wan ? `万${name}` : name);
    const scale = wan ? 10_000 : 1;
    [numerator, denominator] =
      index === 0
        ? reduced(numerator * scale, denominator, atom.numerator, atom.denominator)
        : reduced(numerator, denominator, atom.denominator, atom.numerator);
    for (const [quantity, power] of Object.entries(atom.powers)) {
      const sum = (powers.get(quantity) ?? 0) + (index === 0 ? power : -power);
      if (sum === 0) powers.delete(quantity);
      else powers.set(quantity, sum);
    }
  }
  return { canonical: names.join('/'), powers, numerator, denominator };
}

function withoutWan(canonical: string): string {
  return canonical.startsWith('万') ? canonical.slice(1) : canonical;
}

/** a/b · c/d in lowest terms. */
function reduced(a: number, b: number, c: number, d: number): readonly [number, number] {
  const [left, right] = [gcd(a, d), gcd(c, b)];
  return [(a / left) * (c / right), (b / right) * (d / left)];
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
