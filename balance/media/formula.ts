import { convert } from '../../config/measures/units.ts';
import type { Formula } from '../../config/plant/formula.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stream } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';
import { type Expression, ExpressionError, readExpression } from '../network/expression.ts';
import { type Quantity, quantity, scaled, sum } from '../window/quantity.ts';
import type { StreamAmount } from './stream-amount.ts';

/**
 * A stream's amount by a formula over others, in `unit`, with analytic derivatives: u by the first order of the GUM, what the streams
 * share (a meter, a factor) counting once and with its sign. Null where one of them is unknown, or where the formula has no value
 * (a division by 0), which a note says. Covered is what every metered stream in it covers.
 *
 * @throws Fault `stream.formula` for a text that is no formula
 * @source JCGM 100:2008 (GUM) 5.1.2, 5.2.2
 */
export function ofFormula(
  plant: Plant,
  id: string,
  { formula, of, with: factors, unit: stated }: Formula,
  unit: string,
  amountOf: (stream: Stream) => StreamAmount,
): Omit<StreamAmount, 'basis'> {
  const sources = Object.values(of).map((stream) => amountOf(plant.streams.get(stream)!));
  const constants = Object.entries(factors).map(([name, { value, u }]) => quantity(value, [[`${name} ${id}`, u]]));
  const operands: (Quantity | null)[] = [...sources.map(({ amount }) => amount), ...constants];
  const least = (shares: readonly (number | null)[]) => {
    const metered = shares.filter((share) => share !== null);
    return metered.length === 0 ? null : Math.min(...metered);
  };
  const rest = {
    coverageOfTime: least(sources.map(({ coverageOfTime }) => coverageOfTime)),
    coverageOfQuantity: least(sources.map(({ coverageOfQuantity }) => coverageOfQuantity)),
    notes: sources.flatMap(({ notes }) => notes),
  };
  const known = operands.filter((operand) => operand !== null);
  if (known.length < operands.length) return { ...rest, amount: null };
  const { value, gradient } = read(plant, id, formula, [...Object.keys(of), ...Object.keys(factors)]);
  const at = Float64Array.from(known, (operand) => operand.value);
  const result = value(at);
  const parts = gradient.map(({ quantity: index, slope }) => ({ operand: known[index]!, slope: slope(at) }));
  if (!Number.isFinite(result) || !parts.every(({ slope }) => Number.isFinite(slope))) {
    return { ...rest, amount: null, notes: [...rest.notes, `${formula} has no value at the amounts of this window`] };
  }
  const terms = sum(parts.map(({ operand, slope }) => scaled(operand, slope)));
  return { ...rest, amount: scaled({ value: result, parts: terms.parts }, convert(1, stated, unit)) };
}

function read(plant: Plant, id: string, formula: string, names: readonly string[]): Expression {
  try {
    return readExpression(formula, new Map(names.map((name, index) => [name, index])), {});
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { zh, message, column } = error;
    throw new Fault({
      code: 'stream.formula',
      place: plant.path,
      zh: `物流 ${id} 的公式第 ${column} 个字符：${zh}`,
      en: `formula of the stream ${id}, character ${column}: ${message}`,
    });
  }
}
