import type { WorkCalendar } from '../../config/rules/calendar.ts';
import type { ContentOf } from '../../config/rules/families/families.ts';
import { inForce, speakingTo, startMs } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import type { RuleDocument } from '../../config/rules/schema.ts';
import { type AuditClassOf, classesOf, type Duty, dutiesOf, type PlantProfile, type ProfileFlag, rolesOf, rulesFor } from './duties.ts';

/** A limit that a plant's yearly quantity reaches. */
export interface Reached {
  readonly rule: RuleOf<'threshold'>;
  readonly makes: 'energy-focus' | 'water-focus' | 'key-plant' | 'selected';
  readonly atLeast: number;
  readonly unit: string;
}

/** Who may run the plant's audit by one rule: with auditors, of them senior, after years of experience, where it prints numbers. */
export interface Team {
  readonly rule: RuleOf<'audit-team'>;
  readonly selfAudit: 'allowed' | 'if-able' | 'not-allowed';
  readonly auditors: number | null;
  readonly senior: number | null;
  readonly years: number | null;
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
  /** Whether the plant may audit itself, and with whom; what is laid on plants of another kind is left out. */
  readonly teams: readonly Team[];
  /** Documents that hold everywhere and are newer than those that the classes rest on: what they changed is not in the result. */
  readonly newer: readonly RuleDocument[];
}

/**
 * Classes, duties with their days, thresholds reached, balances and report contents asked for, and what the plant must publish.
 *
 * Its jurisdiction's rules come first, those that hold everywhere where it has none that asks the same: a rule on what authorities publish,
 * on what an agency can do, or for plants of another kind does not stand in for what is asked of this plant.
 */
export function assess(rules: readonly Rule[], profile: PlantProfile, atMs: number, calendar: WorkCalendar): Assessment {
  const classes = classesOf(rules, profile, atMs);
  const roles = rolesOf(classes, profile);
  const has = ({ onlyIf }: { readonly onlyIf: readonly ProfileFlag[] }) => onlyIf.every((flag) => profile.is.has(flag));
  const asking = <F extends Rule['family']>(family: F, asks: (content: ContentOf<F>) => boolean) => {
    const { own, everywhere } = speakingTo(rules, family, profile.jurisdiction);
    const standing = (rule: RuleOf<F>) => rule.content !== null && asks(rule.content) && inForce(rule, atMs);
    return { own: own.filter(standing), everywhere: everywhere.filter(standing) };
  };
  const ownFirst = <F extends Rule['family']>({ own, everywhere }: { own: RuleOf<F>[]; everywhere: RuleOf<F>[] }) =>
    own.length > 0 ? own : everywhere;
  const balances = asking('balances', (content) => content.scope === 'audit' && has(content));
  const disclosures = asking(
    'disclosure',
    (content) => content.publishedBy === 'plant' && !content.encouraged && content.who.some((who) => roles.has(who)),
  );
  const published = new Set(disclosures.own.map((rule) => rule.content?.what));
  const duties = dutiesOf(rules, profile, atMs, calendar, classes);
  return {
    classes,
    duties: [...duties].sort((a, b) => (a.due?.day ?? '9999').localeCompare(b.due?.day ?? '9999')),
    reached: ownFirst(asking('threshold', () => true)).flatMap((rule) =>
      (rule.content?.thresholds ?? [])
        .filter((each) => (profile.quantities[each.quantity] ?? Number.NEGATIVE_INFINITY) >= each.atLeast && has(each))
        .map(({ makes, atLeast, unit }) => ({ rule, makes, atLeast, unit })),
    ),
    balances: balances.own.some((rule) => rule.content?.onlyIf.length === 0) ? balances.own : [...balances.own, ...balances.everywhere],
    disclosures: [...disclosures.own, ...disclosures.everywhere.filter((rule) => !published.has(rule.content?.what))],
    reportContents: ownFirst(asking('report-content', (content) => content.of === 'audit-report')),
    teams: ownFirst(asking('audit-team', () => true)).flatMap((rule) =>
      (rule.content?.cases ?? [])
        .filter(({ who }) => who === 'all' || (who === 'compulsory') === roles.has('compulsory'))
        .map(({ selfAudit, auditors, senior, years }) => ({ rule, selfAudit, auditors, senior, years })),
    ),
    newer: newerThan(rules, profile.jurisdiction, rulesFor(rules, profile.jurisdiction, 'audit-class', atMs), atMs),
  };
}

function newerThan(rules: readonly Rule[], jurisdiction: string, used: readonly RuleOf<'audit-class'>[], atMs: number): RuleDocument[] {
  const since = (rule: { readonly document: RuleDocument }) => startMs(rule.document.from ?? rule.document.issued);
  const newest = Math.max(...used.map(since));
  const { own, everywhere } = speakingTo(rules, 'audit-class', jurisdiction);
  return [...own, ...everywhere]
    .filter((rule) => rule.reach === 'nationwide' && !used.includes(rule) && inForce(rule, atMs) && since(rule) > newest)
    .map(({ document }) => document);
}
