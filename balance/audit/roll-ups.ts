import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';

/** What the options that are done save in a year, as a form prints it. */
export interface RollUp {
  /** What is saved: money, water, electricity, another energy, or a medium by its id. */
  readonly of: string;
  readonly value: number;
  /** Expanded uncertainty, k = 2; null for what people wrote down. */
  readonly U: number | null;
  /** 万元, 亿元, 万度, 万吨; that of the balance where the forms print none for it. */
  readonly unit: string;
  /** How many savings it adds up. */
  readonly count: number;
}

/** What of an option's result is added up. */
interface SavedOption {
  readonly counts: boolean;
  readonly state: string;
  /** 万元 a year. */
  readonly benefit: number | null;
  readonly saves: readonly {
    readonly balance: string;
    readonly streams: readonly string[];
    readonly perYear: { readonly value: number; readonly U: number; readonly unit: string } | null;
  }[];
}

/** From this many 万元 on a form's figure is printed in 亿元. */
const WAN_PER_YI = 10_000;

/**
 * Yearly savings of the options of the round that are done, added up by what is saved in the units that the forms print: 万度 of
 * electricity, 万吨 of water (1 m³ counts as 1 t, as the forms have it) and of materials, 万元 or 亿元 of benefit.
 *
 * Options may share meters, so that their U add up in the worst case. Savings without a yearly production have no yearly amount and are not
 * in it.
 *
 * @source 粤经贸〔2009〕35号 附件 4 (煤耗 万吨/年, 电耗 万度/年, 水耗 万吨/年)
 */
export function rollUpsOf(plant: Plant, options: readonly SavedOption[]): readonly RollUp[] {
  const done = options.filter(({ counts, state }) => counts && state === 'done');
  const sums = new Map<string, { of: string; value: number; U: number | null; unit: string; count: number }>();
  const add = (of: string, value: number, U: number | null, unit: string) => {
    const key = `${of} ${unit}`;
    const sum = sums.get(key) ?? { of, value: 0, U: U === null ? null : 0, unit, count: 0 };
    sums.set(key, {
      ...sum,
      value: sum.value + value,
      U: sum.U === null || U === null ? null : sum.U + U,
      count: sum.count + 1,
    });
  };
  for (const { saves } of done) {
    for (const { balance, streams, perYear } of saves) {
      if (perYear === null) continue;
      const kind = plant.balances.get(balance)?.kind;
      const media = [...new Set(streams.map((id) => plant.streams.get(id)?.medium ?? id))];
      const form = formUnit(perYear.unit, kind, electric(plant, media));
      const by = (value: number) => (form === null ? value : convert(value, form.as, form.unit) * convert(1, perYear.unit, form.from));
      const of = kind === 'water' ? 'water' : electric(plant, media) ? 'electricity' : media.length === 1 ? media[0]! : balance;
      add(of, by(perYear.value), by(perYear.U), form?.shown ?? perYear.unit);
    }
  }
  const money = done.filter(({ benefit }) => benefit !== null);
  const wan = money.reduce((sum, { benefit }) => sum + benefit!, 0);
  const benefit: readonly RollUp[] =
    money.length === 0
      ? []
      : [
          wan >= WAN_PER_YI
            ? { of: 'money', value: wan / WAN_PER_YI, U: null, unit: '亿元', count: money.length }
            : { of: 'money', value: wan, U: null, unit: '万元', count: money.length },
        ];
  return [...sums.values(), ...benefit];
}

/** Whether the media count as electricity by the kind that the plant file gives them. */
function electric(plant: Plant, media: readonly string[]): boolean {
  return media.length > 0 && media.every((id) => plant.media.get(id)?.kind === 'electricity');
}

interface FormUnit {
  /** What the amount is converted into first, what that counts as, and the form's unit of it. */
  readonly from: string;
  readonly as: string;
  readonly unit: string;
  readonly shown: string;
}

function formUnit(unit: string, kind: string | undefined, isElectricity: boolean): FormUnit | null {
  if (kind === 'water' && isConvertible(unit, 'm3')) return { from: 'm3', as: 't', unit: '万t', shown: '万吨' };
  if (isConvertible(unit, 't')) return { from: 't', as: 't', unit: '万t', shown: '万吨' };
  if (isElectricity && isConvertible(unit, 'kWh')) return { from: 'kWh', as: 'kWh', unit: '万kWh', shown: '万度' };
  return null;
}
