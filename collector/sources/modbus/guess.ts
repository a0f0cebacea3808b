import { BYTE_ORDERS } from '../../../config/plant/reads.ts';
import { type ByteOrder, decode, decodeText, type NumberType, registersOf } from './decode.ts';
import type { Table } from './frame.ts';

/** Registers that were read for a guess: `words` big endian from `address`, of which `base` says how it was counted. */
export interface Registers {
  readonly table: Table;
  readonly address: number;
  readonly base: Base;
  readonly words: Buffer;
}

/**
 * How a register number was taken. 0: it is the protocol's; 1: it counts from 1, so that the protocol's is one less; modicon: its first
 * digit names the table, and the others count from 1.
 */
export type Base = 0 | 1 | 'modicon';

/** What someone knows of the value: what the face shows, or the range on the nameplate. */
export type Expectation = { readonly value: number } | { readonly range: readonly [number, number] } | null;

/** One way to read the registers. `value` is decoded × scale. */
export interface Guess {
  readonly table: Table;
  readonly address: number;
  readonly base: Base;
  readonly type: NumberType;
  readonly order: ByteOrder;
  readonly scale: number;
  readonly value: number | null;
  /** Fits what is known; without anything known, is a value that an instrument shows. */
  readonly plausible: boolean;
}

/** Those of the plant file, the commonest first. */
const ordersOf = (registers: 1 | 2 | 3 | 4): readonly ByteOrder[] => BYTE_ORDERS.filter((order) => order.length === 2 * registers);
const ORDERS = { 1: ordersOf(1), 2: ordersOf(2), 3: ordersOf(3), 4: ordersOf(4) } as const;
/** Commonest first: of what fits equally well the commoner is likelier. */
const TYPES: readonly NumberType[] = [
  'float32',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float64',
  'int64',
  'uint64',
  'bcd32',
  'bcd16',
  'bcd64',
  'mod10k32',
  'pair32',
  'scaled32',
  'uscaled32',
  'mod10k48',
  'pair48',
  'mod10k64',
];
/** Types whose exponent or digits say where the point is. */
const POINTED: readonly NumberType[] = ['float32', 'float64', 'pair32', 'pair48', 'scaled32', 'uscaled32'];
const SCALES = [1, 0.1, 0.01, 0.001] as const;

/** A value fits one that is expected within so much of it: the face has moved on since. */
const NEAR = 0.05;

interface Ranked extends Guess {
  readonly distance: number;
  readonly rarity: number;
}

/**
 * Every reading of the registers under every type and byte order, the likeliest first.
 *
 * First come those that fit what is known, by how well; then, without the known value to go by, those that an instrument shows: of
 * moderate size and few digits. Of equals the commoner type, order and base comes first. Integers are tried with a decimal point too
 * where something is known of the value.
 */
export function guesses(list: readonly Registers[], known: Expectation): Guess[] {
  const ranked = list.flatMap((registers) =>
    TYPES.flatMap((type) => {
      const count = registersOf(type);
      if (registers.words.length < count * 2) return [];
      const wire = registers.words.subarray(0, count * 2);
      return ORDERS[count].flatMap((order) => ofType(registers, wire, type, order, known));
    }),
  );
  return ranked
    .sort((a, b) => Number(b.plausible) - Number(a.plausible) || a.distance - b.distance || a.rarity - b.rarity)
    .map(({ distance: _distance, rarity: _rarity, ...guess }) => guess);
}

function ofType({ table, address, base }: Registers, wire: Buffer, type: NumberType, order: ByteOrder, known: Expectation): Ranked[] {
  const decoded = decode(wire, type, order);
  const scales = known === null || POINTED.includes(type) || decoded === null || decoded === 0 ? [1] : SCALES;
  return scales.map((scale) => {
    const value = decoded === null ? null : Number((decoded * scale).toPrecision(15));
    const distance = value === null ? Number.POSITIVE_INFINITY : distanceOf(value, type, known);
    const rarity =
      TYPES.indexOf(type) * 8 + ORDERS[registersOf(type)].indexOf(order) + SCALES.indexOf(scale as 1) * 3 + (base === 1 ? 1 : 0);
    return { table, address, base, type, order, scale, value, plausible: distance <= NEAR, distance: rounded(distance), rarity };
  });
}

/** 0: fits best. */
function distanceOf(value: number, type: NumberType, known: Expectation): number {
  if (known === null) return oddity(value, type);
  if ('value' in known) return Math.abs(value - known.value) / Math.max(Math.abs(known.value), 1e-9);
  const [low, high] = known.range;
  // Of a range from 0, what another type makes of the bits is in it more often than not: a millionth of its span is no reading.
  if (value !== 0 && Math.abs(value) < 1e-6 * (high - low)) return 2 * NEAR;
  const outside = Math.max(low - value, value - high, 0) / (high - low);
  return outside > 0 ? NEAR + outside : value === 0 ? NEAR / 2 : NEAR * 0.4 * (oddity(value, type) > NEAR ? 1 : 0);
}

/** How far a value is from what instruments show: from 0.001 to ten million, with digits that a float of that size can carry. */
function oddity(value: number, type: NumberType): number {
  const size = Math.abs(value);
  if (value === 0) return NEAR;
  if (size >= 1e-3 && size <= 1e7) return type.startsWith('float') ? 0 : 0.01;
  return NEAR + Math.abs(Math.log10(size));
}

/** Differences in the noise are none. */
const rounded = (distance: number): number => (Number.isFinite(distance) ? Number(distance.toPrecision(3)) : distance);

/**
 * The registers as text, where every byte of it can be printed; null where they are none. The zero behind a text of odd length tells in
 * which order its pairs stand: in the other one it cuts the text short. Else they stand as they came.
 */
export function textIn(words: Buffer): string | null {
  const [plain, turned] = [decodeText(words, 'AB'), decodeText(words, 'BA')];
  const text = turned.length > plain.length ? turned : plain;
  if (text.length < 2 || !/^[\x20-\x7e]+$/.test(text)) return null;
  return text === plain ? text : `${text} (BA)`;
}
