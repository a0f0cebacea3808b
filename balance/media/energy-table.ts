import { KJ_PER_KGCE } from '../../config/measures/standard-coal.ts';
import { convert } from '../../config/measures/units.ts';
import { labelOf } from '../../config/plant/label.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { ENV } from '../../config/plant/schema.ts';
import type { EnergyStage } from '../../config/plant/use.ts';
import { type Quantity, scaled, standardUncertainty, sum } from '../window/quantity.ts';
import type { BalanceFlows, Flow } from './flows.ts';

/** Where energy stands between the gate and its end: 购入、产生、库存、加工转换、输送分配、终端使用、外供、损失. */
export const ENERGY_COLUMNS = [
  'purchased',
  'arising',
  'drawn',
  'conversionIn',
  'conversionOut',
  'distributed',
  'used',
  'returned',
  'delivered',
  'lost',
] as const;
export type EnergyColumn = (typeof ENERGY_COLUMNS)[number];

/** An amount of energy by what its streams hold, calorific; null where one of them is unknown. */
export interface EnergyAmount {
  readonly gj: number | null;
  /** Standard uncertainty, k = 1. */
  readonly u: number | null;
  readonly kgce: number | null;
}

/** One medium, or all of them together, from the gate to its end; a column that no stream of it belongs to is absent. */
export interface EnergyRow {
  /** null: the sum over all media. */
  readonly medium: string | null;
  readonly name: { readonly zh: string; readonly en: string } | null;
  readonly columns: Readonly<Partial<Record<EnergyColumn, EnergyAmount>>>;
}

/** One energy balance of the plant by medium and by stage. */
export interface EnergyTable {
  readonly balance: string;
  readonly rows: readonly EnergyRow[];
  /** Of each stage: what enters it, leaves it to others and is lost in it; their difference is what its balances leave open. */
  readonly stages: readonly {
    readonly stage: EnergyStage;
    readonly in: EnergyAmount;
    readonly out: EnergyAmount;
    readonly lost: EnergyAmount;
    readonly difference: EnergyAmount;
  }[];
  /** Units whose stage the plant file does not state: they count as end use. */
  readonly assumed: readonly string[];
}

const DELIVERED: readonly (string | undefined)[] = ['product', 'by-product', 'utility'];

/**
 * The energy of the plant from purchase over conversion and distribution to use, in GJ of calorific value and in kgce, by the stage that
 * units state (their own or that of the unit above).
 *
 * A stream belongs to every column it passes: coal into a boiler is purchased where it comes from outside, and conversionIn. `distributed`
 * is what enters units of distribution, `used` what enters units of end use from others, `returned` what they give back, `lost` what leaves
 * the plant as anything but product, by-product or utility. Null where no unit states a stage: nothing is assumed of a whole plant.
 *
 * @source the columns of an enterprise energy balance table (企业能量平衡表); GB/T 3484's own layout was not obtained
 */
export function energyTable(plant: Plant, { definition, flows, stocks }: BalanceFlows): EnergyTable | null {
  if (![...plant.units.values()].some(({ energy }) => energy !== undefined)) return null;
  const assumed = new Set<string>();
  const stageOf = (unit: string): EnergyStage => {
    for (let at = plant.units.get(unit); at !== undefined; at = at.parent === undefined ? undefined : plant.units.get(at.parent))
      if (at.energy !== undefined) return at.energy;
    assumed.add(unit);
    return 'use';
  };
  const placed = flows.map((flow) => ({ flow, from: ended(flow.from), to: ended(flow.to) }));
  function ended(end: string): EnergyStage | null {
    return end === ENV ? null : stageOf(end);
  }
  const toGj = convert(1, definition.unit, 'GJ');
  const amountOf = (loads: readonly (Quantity | null)[]): EnergyAmount => {
    const known = loads.filter((load) => load !== null);
    if (known.length < loads.length) return { gj: null, u: null, kgce: null };
    const total = scaled(sum(known), toGj);
    const u = standardUncertainty(total);
    return { gj: total.value, u: Number.isFinite(u) ? u : null, kgce: (total.value * 1e6) / KJ_PER_KGCE };
  };
  const entries = [
    ...placed.flatMap(({ flow, from, to }) =>
      columnsOf(plant, flow, from, to).map((column) => ({ column, medium: flow.stream.medium, load: flow.load })),
    ),
    ...stocks.map(({ stock, load }) => ({ column: 'drawn' as const, medium: stock.medium, load: load && scaled(load, -1) })),
  ];
  const row = (medium: string | null): EnergyRow => {
    const own = entries.filter((entry) => medium === null || entry.medium === medium);
    const columns: Partial<Record<EnergyColumn, EnergyAmount>> = {};
    for (const column of ENERGY_COLUMNS) {
      const loads = own.filter((entry) => entry.column === column).map(({ load }) => load);
      if (loads.length > 0) columns[column] = amountOf(loads);
    }
    const label = medium === null ? null : plant.media.get(medium)!.name;
    return { medium, name: label === null ? null : { zh: labelOf(label, 'zh'), en: labelOf(label, 'en') }, columns };
  };
  const media = [...new Set(entries.map(({ medium }) => medium))];
  const stages = (['conversion', 'distribution', 'use'] as const).map((stage) => {
    const entering = placed.filter(({ from, to }) => to === stage && from !== stage).map(({ flow }) => flow.load);
    const leaving = placed.filter(({ flow, from, to }) => from === stage && to !== stage && !isLost(flow)).map(({ flow }) => flow.load);
    const lost = placed.filter(({ flow, from }) => from === stage && isLost(flow)).map(({ flow }) => flow.load);
    const grown = stocks.filter(({ unit }) => stageOf(unit) === stage).map(({ load }) => load);
    const against = [...leaving, ...lost, ...grown].map((load) => load && scaled(load, -1));
    return { stage, in: amountOf(entering), out: amountOf(leaving), lost: amountOf(lost), difference: amountOf([...entering, ...against]) };
  });
  return { balance: definition.id, rows: [...media.map(row), row(null)], stages, assumed: [...assumed] };
}

function isLost({ stream }: Flow): boolean {
  return stream.to === ENV && !DELIVERED.includes(stream.role);
}

function columnsOf(plant: Plant, flow: Flow, from: EnergyStage | null, to: EnergyStage | null): readonly EnergyColumn[] {
  const columns: EnergyColumn[] = [];
  if (from === null) columns.push(plant.media.get(flow.stream.medium)?.standardCoal === undefined ? 'arising' : 'purchased');
  if (to === 'conversion') columns.push('conversionIn');
  if (from === 'conversion' && !isLost(flow)) columns.push('conversionOut');
  if (to === 'distribution' && from !== 'distribution') columns.push('distributed');
  if (to === 'use' && from !== 'use') columns.push('used');
  if (from === 'use' && to !== 'use' && to !== null) columns.push('returned');
  if (to === null) columns.push(isLost(flow) ? 'lost' : 'delivered');
  return columns;
}
