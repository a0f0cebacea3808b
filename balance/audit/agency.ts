import type { AGENCY_COUNTS } from '../../config/rules/families/agency.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import { rulesFor } from './duties.ts';

export type AgencyCount = (typeof AGENCY_COUNTS)[number];
export type AgencyNumbers = Readonly<Partial<Record<AgencyCount, number>>>;

/** What one rule asks of an agency, against what is known of one. */
export interface AgencyCheck {
  readonly rule: RuleOf<'agency'>;
  readonly counts: readonly {
    readonly what: AgencyCount;
    readonly atLeast: number;
    /** Null where the profile does not say. */
    readonly has: number | null;
    /** Null where that is not known: never a silent pass. */
    readonly met: boolean | null;
    readonly text: string;
  }[];
  /** What a person has to confirm: conditions and contents of the contract, as printed. */
  readonly confirm: readonly string[];
}

/**
 * What the rules of a jurisdiction ask of the agency that helps with an audit at an instant (UTC ms), rule by rule. Numbers are inclusive
 * (以上); conditions without a number stay with people. Rules on experts and auditors are not compared.
 *
 * @source 清洁生产审核暂行办法 第十五条 and what the jurisdictions add to it
 */
export function agencyChecks(rules: readonly Rule[], jurisdiction: string, agency: AgencyNumbers, atMs: number): AgencyCheck[] {
  return rulesFor(rules, jurisdiction, 'agency', atMs).flatMap((rule) => {
    const content = rule.content;
    if (content === null || content.of !== 'agency' || content.counts.length + content.conditions.length + content.contract.length === 0)
      return [];
    const counts = content.counts.map(({ what, atLeast, text }) => {
      const has = agency[what] ?? null;
      return { what, atLeast, has, met: has === null ? null : has >= atLeast, text };
    });
    return [{ rule, counts, confirm: [...content.conditions, ...content.contract].map(({ text }) => text) }];
  });
}
