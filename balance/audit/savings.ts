import { labelOf } from '../../config/plant/label.ts';
import { MONEY_UNITS, type Money, type Option, type Saving } from '../../config/plant/options.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { instantMs } from '../../config/plant/time.ts';
import type { BalanceReport } from '../media/result.ts';
import type { Window } from '../window/window.ts';
import { type RollUp, rollUpsOf } from './roll-ups.ts';

/** An amount with its standard uncertainty, k = 1. */
export interface Measured {
  readonly value: number;
  readonly u: number;
}

/** What an amount per unit of product came down by. */
export interface Reduction {
  /** 100 × (before − after) ÷ before; negative where it rose. */
  readonly percent: number;
  /** Expanded uncertainty of `percent`, k = 2. */
  readonly U: number;
}

/**
 * By how many per cent an amount per unit of product is lower after than before: 100 × (1 − (a₂ ÷ p₂) ÷ (a₁ ÷ p₁)).
 *
 * The four amounts count as independent. Where the same meter measured both windows part of its error cancels, so that U is rather too
 * large than too small.
 *
 * @throws RangeError where an amount before, or a production, is not positive.
 * @source JCGM 100:2008 (GUM) 5.1.2, 5.1.6
 * @example reduction({ value: 100, u: 1 }, { value: 10, u: 0 }, { value: 90, u: 1 }, { value: 10, u: 0 }) // 10 % ± 2.69 %
 */
export function reduction(before: Measured, madeBefore: Measured, after: Measured, madeAfter: Measured): Reduction {
  if (!(before.value > 0 && madeBefore.value > 0 && madeAfter.value > 0)) {
    throw new RangeError('a saving needs an amount before and a production in both windows, all positive');
  }
  const ratio = after.value / madeAfter.value / (before.value / madeBefore.value);
  const factor = madeBefore.value / (madeAfter.value * before.value);
  const u = Math.hypot(
    factor * after.u,
    (ratio * before.u) / before.value,
    (ratio * madeBefore.u) / madeBefore.value,
    (ratio * madeAfter.u) / madeAfter.value,
  );
  return { percent: 100 * (1 - ratio), U: 200 * u };
}

/** One measured saving of an option. */
export interface SavingResult {
  readonly balance: string;
  readonly streams: readonly string[];
  readonly product: string;
  /** Unit of the amount per unit of product, `m3/t`. */
  readonly unit: string;
  readonly before: SavingSide;
  readonly after: SavingSide;
  /** null where an amount is unknown; `why` says which. */
  readonly saved: Reduction | null;
  readonly why: string | null;
  /** Saved in a year in the unit of the balance, with U (k = 2); null without a yearly production. */
  readonly perYear: { readonly value: number; readonly U: number; readonly unit: string; readonly source: string } | null;
}

export interface SavingSide {
  readonly from: string;
  readonly to: string;
  readonly amount: number | null;
  readonly u: number | null;
  readonly production: number | null;
  readonly productionU: number | null;
  /** Amount per unit of product. */
  readonly specific: number | null;
}

export type OptionState = 'proposed' | 'accepted' | 'refused' | 'done';

export interface OptionResult {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly cost: Option['cost'];
  readonly state: OptionState;
  readonly proposed: string;
  /** When it was accepted or refused; null: not yet. */
  readonly decided: string | null;
  readonly done: string | null;
  /** false where it was finished before the round began: it is listed and adds nothing up. */
  readonly counts: boolean;
  /** 万元; null where it is not written down. */
  readonly investment: number | null;
  /** 万元 a year; null where it is not written down. */
  readonly benefit: number | null;
  readonly saves: readonly SavingResult[];
}

/** One column of the forms: options of a cost class in a state. */
export interface OptionSum {
  readonly cost: Option['cost'];
  readonly proposed: number;
  readonly done: number;
  /** 100 × done ÷ proposed; null where none was proposed. */
  readonly donePercent: number | null;
  /** 万元, of those that are done and of those that are still to be done; options without a figure are in `withoutInvestment`. */
  readonly investmentDone: number;
  readonly investmentAhead: number;
  readonly benefitDone: number;
  readonly benefitAhead: number;
  readonly withoutInvestment: readonly string[];
}

/** The register of options over the round of the audit, worked out. */
export interface SavingsReport {
  readonly round: { readonly from: string; readonly to: string | null; readonly costLimit: Money | null };
  readonly options: readonly OptionResult[];
  readonly sums: readonly OptionSum[];
  /** What the options that are done save in a year, in the units that the forms print. */
  readonly rollUps: readonly RollUp[];
}

/**
 * The register of options with what they saved, measured in their own windows; null where the plant file has none.
 *
 * @param balancesOf balances of a window; asked once for each
 */
export async function savingsOf(plant: Plant, balancesOf: (window: Window) => Promise<BalanceReport>): Promise<SavingsReport | null> {
  const { auditRound: round, options = [] } = plant.file;
  if (round === undefined || options.length === 0) return null;
  const asked = new Map<string, Promise<BalanceReport>>();
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const over = (stretch: Saving['before']) => {
    const key = `${stretch.from} ${stretch.to}`;
    const report = asked.get(key) ?? balancesOf({ fromMs: at(stretch.from), toMs: at(stretch.to) });
    asked.set(key, report);
    return report;
  };
  const results: OptionResult[] = [];
  for (const option of options) {
    const saves: SavingResult[] = [];
    for (const saving of option.saves) saves.push(savingOf(plant, saving, await over(saving.before), await over(saving.after)));
    results.push({
      id: option.id,
      name: { zh: labelOf(option.name, 'zh'), en: labelOf(option.name, 'en') },
      cost: option.cost,
      state: stateOf(option),
      proposed: option.proposed,
      decided: option.decided?.at ?? null,
      done: option.done ?? null,
      counts: option.done === undefined || at(option.done) >= at(round.from),
      investment: wan(option.investment),
      benefit: wan(option.benefit),
      saves,
    });
  }
  const sums = (['no-low', 'medium-high'] as const).map((cost) => sumOf(cost, results));
  return {
    round: { from: round.from, to: round.to ?? null, costLimit: round.costLimit ?? null },
    options: results,
    sums,
    rollUps: rollUpsOf(plant, results),
  };
}

function stateOf({ done, decided }: Option): OptionState {
  if (done !== undefined) return 'done';
  if (decided === undefined) return 'proposed';
  return decided.accepted ? 'accepted' : 'refused';
}

function wan(money: Money | undefined): number | null {
  return money === undefined ? null : (money.amount * MONEY_UNITS[money.unit]) / MONEY_UNITS.万元;
}

/** Counts and sums of a cost class; options that were finished before the round are in none of them. */
function sumOf(cost: Option['cost'], all: readonly OptionResult[]): OptionSum {
  const options = all.filter((option) => option.cost === cost && option.counts);
  const done = options.filter(({ state }) => state === 'done');
  const ahead = options.filter(({ state }) => state === 'proposed' || state === 'accepted');
  const total = (of: readonly OptionResult[], key: 'investment' | 'benefit') => of.reduce((sum, option) => sum + (option[key] ?? 0), 0);
  return {
    cost,
    proposed: options.length,
    done: done.length,
    donePercent: options.length === 0 ? null : (100 * done.length) / options.length,
    investmentDone: total(done, 'investment'),
    investmentAhead: total(ahead, 'investment'),
    benefitDone: total(done, 'benefit'),
    benefitAhead: total(ahead, 'benefit'),
    withoutInvestment: [...done, ...ahead].filter(({ investment }) => investment === null).map(({ id }) => id),
  };
}

function savingOf(plant: Plant, saving: Saving, earlier: BalanceReport, later: BalanceReport): SavingResult {
  const unit = plant.balances.get(saving.balance)!.unit;
  const made = (plant.file.products ?? []).find(({ id }) => id === saving.product)!;
  const [before, after] = [sideOf(saving, earlier), sideOf(saving, later)];
  const missing = [
    ...[before, after].flatMap((side) => (side.amount === null || side.u === null ? [`${saving.streams.join('+')} ${side.from}`] : [])),
    ...[before, after].flatMap((side) => (side.production === null || side.productionU === null ? [`${saving.product} ${side.from}`] : [])),
  ];
  const head = { balance: saving.balance, streams: saving.streams, product: saving.product, unit: `${unit}/${made.unit}`, before, after };
  if (missing.length > 0) return { ...head, saved: null, why: missing.join(', '), perYear: null };
  const measured = (value: number | null, u: number | null): Measured => ({ value: value!, u: u! });
  if (!(before.amount! > 0 && before.production! > 0 && after.production! > 0)) return { ...head, saved: null, why: '≤ 0', perYear: null };
  const saved = reduction(
    measured(before.amount, before.u),
    measured(before.production, before.productionU),
    measured(after.amount, after.u),
    measured(after.production, after.productionU),
  );
  return { ...head, saved, why: null, perYear: perYearOf(saving, unit, before.specific!, after.specific!, before, after) };
}

function perYearOf(
  { production }: Saving,
  unit: string,
  specificBefore: number,
  specificAfter: number,
  before: SavingSide,
  after: SavingSide,
): SavingResult['perYear'] {
  if (production === undefined) return null;
  const relative = (side: SavingSide) => Math.hypot(side.u! / (side.amount! || 1), side.productionU! / side.production!);
  const U = 2 * production.perYear * Math.hypot(specificBefore * relative(before), specificAfter * relative(after));
  return { value: production.perYear * (specificBefore - specificAfter), U, unit, source: production.source };
}

function sideOf({ balance, streams, product }: Saving, report: BalanceReport): SavingSide {
  const known = report.balances.find(
    ({ id, streams: all }) => id === balance && streams.every((each) => all.some(({ id: of }) => of === each)),
  );
  const parts = streams.map((id) => known?.streams.find((stream) => stream.id === id));
  const add = (values: readonly (number | null | undefined)[]) =>
    values.reduce<number | null>((sum, value) => (sum === null || value === null || value === undefined ? null : sum + value), 0);
  const amount = add(parts.map((part) => part?.total));
  const made = report.produced?.find((each) => each.product === product);
  return {
    from: report.window.from,
    to: report.window.to,
    amount,
    // Streams may share a meter: their uncertainties add up in the worst case.
    u: add(parts.map((part) => part?.u)),
    production: made?.value ?? null,
    productionU: made?.u ?? null,
    specific: amount === null || !made?.value ? null : amount / made.value,
  };
}
