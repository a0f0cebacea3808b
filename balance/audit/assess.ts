import type { WorkCalendar } from '../../config/rules/calendar.ts';
import { inForce, ofFamilies, startMs } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import type { RuleDocument } from '../../config/rules/schema.ts';
import { type AuditClassOf, classesOf, type Duty, dutiesOf, type PlantProfile, rulesFor } from './duties.ts';

/** A limit that a plant's yearly quantity reaches. */
export interface Reached {
  readonly rule: RuleOf<'threshold'>;
  readonly makes: 'energy-focus' | 'water-focus' | 'key-plant' | 'selected';
  readonly atLeast: number;
  readonly unit: string;
}

/** What the rules of its jurisdiction say of a plant at an instant. */
export interface Assessment {
  readonly classes: readonly AuditClassOf[];
  /** By day, those without one last. */
  readonly duties: readonly Duty[];
  readonly reached: readonly Reached[];
  readonly balances: readonly RuleOf<'balances'>[];
  readonly disclosures: readonly RuleOf<'disclosure'>[];
  readonly reportContents: readonly RuleOf<'report-content'>[];
  /** Documents that hold everywhere and are newer than those that the classes rest on: what they changed is not in the result. */
  readonly newer: readonly RuleDocument[];
}

/** Classes, duties with their days, thresholds reached, balances and report contents asked for, and what the plant must publish. */
export function assess(rules: readonly Rule[], profile: PlantProfile, atMs: number, calendar: WorkCalendar): Assessment {
  const standing = <F extends Rule['family']>(family: F) => rulesFor(rules, profile.jurisdiction, family, atMs);
  const classes = classesOf(rules, profile, atMs);
  const roles = new Set(['all', ...classes.map(({ id }) => id), ...classes.map(({ duty }) => duty)]);
  const duties = dutiesOf(rules, profile, atMs, calendar);
  return {
    classes,
    duties: [...duties].sort((a, b) => (a.due?.day ?? '9999').localeCompare(b.due?.day ?? '9999')),
    reached: standing('threshold').flatMap((rule) =>
      (rule.content?.thresholds ?? [])
        .filter(({ quantity, atLeast }) => (profile.quantities[quantity] ?? Number.NEGATIVE_INFINITY) >= atLeast)
        .map(({ makes, atLeast, unit }) => ({ rule, makes, atLeast, unit })),
    ),
    balances: standing('balances').filter((rule) => rule.content?.scope === 'audit'),
    disclosures: standing('disclosure').filter(
      (rule) => rule.content?.publishedBy === 'plant' && rule.content.who.some((who) => roles.has(who)),
    ),
    reportContents: standing('report-content').filter((rule) => rule.content?.of === 'audit-report'),
    newer: newerThan(rules, standing('audit-class'), atMs),
  };
}

function newerThan(rules: readonly Rule[], used: readonly RuleOf<'audit-class'>[], atMs: number): RuleDocument[] {
  const since = (rule: { readonly document: RuleDocument }) => startMs(rule.document.from ?? rule.document.issued);
  const newest = Math.max(...used.map(since));
  return ofFamilies(rules, 'audit-class')
    .filter((rule) => rule.reach === 'nationwide' && !used.includes(rule) && inForce(rule, atMs) && since(rule) > newest)
    .map(({ document }) => document);
}
