import { MONEY_UNITS, type Money } from '../../config/plant/options.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { ContentOf } from '../../config/rules/families/families.ts';
import { inForce, speakingTo } from '../../config/rules/force.ts';
import type { Rule } from '../../config/rules/rule.ts';

type GrantRule = ContentOf<'subsidy'>['grants'][number];

/** The most that a rule gives towards the audit or an option. Whether its conditions are met is for people to say. */
export interface Grant {
  /** Id of the option; null: the audit itself. */
  readonly option: string | null;
  readonly of: GrantRule['of'];
  /** What the share is taken of, 万元. */
  readonly sum: number;
  /** 万元, all pieces up to the cap. */
  readonly most: number;
  readonly rule: { readonly id: string; readonly document: string; readonly article: string | null; readonly text: string };
}

/**
 * The most that a grant gives towards a sum, in yuan: a share of each piece of the sum, no more than the cap. Where a document prints a
 * cap alone it is the cap, as far as the sum goes.
 *
 * @throws RangeError where the sum is negative or not finite.
 * @example mostGranted({ pieces: [{ upToYuan: 50_000, percent: 100 }, { upToYuan: null, percent: 70 }], capYuan: 100_000 }, 80_000) // 71_000
 */
export function mostGranted({ pieces, capYuan }: Pick<GrantRule, 'pieces' | 'capYuan'>, sumYuan: number): number {
  if (!(sumYuan >= 0 && Number.isFinite(sumYuan))) throw new RangeError('a grant is of a sum that is finite and not negative');
  const cap = capYuan ?? Number.POSITIVE_INFINITY;
  if (pieces.length === 0) return Math.min(cap, sumYuan);
  let [given, below] = [0, 0];
  for (const { upToYuan, percent } of pieces) {
    const end = Math.min(upToYuan ?? Number.POSITIVE_INFINITY, sumYuan);
    given += ((end - Math.min(below, end)) * percent) / 100;
    below = end;
  }
  return Math.min(cap, given);
}

/**
 * What the rules in force at `atMs` (UTC ms) give at most: those of the plant's jurisdiction, and those that hold everywhere. Of options,
 * those of medium or high cost: the documents speak of 中、高费项目 and of demonstration projects.
 */
export function grantsOf(plant: Plant, rules: readonly Rule[], atMs: number): readonly Grant[] {
  const { auditRound, options = [], plant: profile } = plant.file;
  const { own, everywhere } = speakingTo(rules, 'subsidy', profile.jurisdiction);
  const standing = [...own, ...everywhere].filter((rule) => inForce(rule, atMs));
  return standing.flatMap((rule) =>
    (rule.content?.grants ?? []).flatMap((grant) => {
      const { id, document, article } = rule;
      const about = { id, document: document.number ?? document.title, article, text: grant.text };
      const towards = (option: string | null, money: Money | undefined): Grant[] => {
        if (money === undefined) return [];
        const sumYuan = money.amount * MONEY_UNITS[money.unit];
        const most = mostGranted(grant, sumYuan) / MONEY_UNITS.万元;
        return [{ option, of: grant.of, sum: sumYuan / MONEY_UNITS.万元, most, rule: about }];
      };
      if (grant.of === 'audit-cost' || grant.of === 'pilot-audit') return towards(null, auditRound?.auditCost);
      const projects = options.filter(
        ({ cost, done, decided }) =>
          cost === 'medium-high' && (grant.of === 'actual-investment' ? done !== undefined : decided?.accepted !== false),
      );
      return projects.flatMap((one) => towards(one.id, grant.of === 'fixed-investment' ? one.fixedInvestment : one.investment));
    }),
  );
}
