import type { WorkCalendar } from '../../config/rules/calendar.ts';
import { type DueDay, dueDay, nextYearly } from '../../config/rules/clock.ts';
import type { PROFILE } from '../../config/rules/families/audit-class.ts';
import type { Deadline, EVENTS } from '../../config/rules/families/deadline.ts';
import { inForce, ofFamilies, speakingTo } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';

export type ProfileFlag = (typeof PROFILE)[number];
export type EventName = (typeof EVENTS)[number];

/** What is known of a plant: flags, yearly quantities in the units of the rules, and the days of events. */
export interface PlantProfile {
  readonly jurisdiction: string;
  readonly is: ReadonlySet<ProfileFlag>;
  /** tce/a and t/a (m3/a) by quantity. */
  readonly quantities: Readonly<Partial<Record<'energy' | 'water-intake', number>>>;
  readonly events: Readonly<Partial<Record<EventName, string>>>;
}

/** A class that a plant is in, by the rules that say so. */
export interface AuditClassOf {
  readonly rules: readonly RuleOf<'audit-class'>[];
  readonly id: string;
  readonly duty: 'compulsory' | 'directed' | 'voluntary' | 'priority';
}

/** A duty of a plant, with its day where its base event is known. */
export interface Duty {
  readonly rule: RuleOf<'deadline'>;
  readonly content: Deadline;
  /** Null while the base event has not happened, or where no time is printed. */
  readonly due: DueDay | null;
  /** The rule whose time this one takes over (按照国家规定…), null where it prints its own or none. */
  readonly adopted: RuleOf<'deadline'> | null;
}

/** Rules of a family that hold for a jurisdiction: its own in force, else those of the topmost one that hold everywhere. */
export function rulesFor<F extends Rule['family']>(rules: readonly Rule[], jurisdiction: string, family: F, atMs: number): RuleOf<F>[] {
  const { own, everywhere } = speakingTo(rules, family, jurisdiction);
  const standing = own.filter((rule) => inForce(rule, atMs));
  return standing.length > 0 ? standing : everywhere.filter((rule) => inForce(rule, atMs));
}

/** Whom a rule means where it means the plant: everybody, its classes, what these oblige to, and who stands on the list of polluters. */
export function rolesOf(classes: readonly AuditClassOf[], profile: PlantProfile): Set<string> {
  const listed = profile.is.has('listed-polluter') ? ['listed'] : [];
  return new Set(['all', ...listed, ...classes.map(({ id }) => id), ...classes.map(({ duty }) => duty)]);
}

/** Classes that a plant is in at an instant. A voluntary class without a condition is open to every plant that is in no compulsory one. */
export function classesOf(rules: readonly Rule[], profile: PlantProfile, atMs: number): AuditClassOf[] {
  const found = new Map<string, { rules: RuleOf<'audit-class'>[]; id: string; duty: AuditClassOf['duty'] }>();
  const standing = rulesFor(rules, profile.jurisdiction, 'audit-class', atMs);
  const collect = (isIn: (each: { readonly duty: AuditClassOf['duty']; readonly any: readonly Criterion[] }) => boolean) => {
    for (const rule of standing)
      for (const each of (rule.content?.classes ?? []).filter(isIn)) {
        const known = found.get(each.id);
        if (known) known.rules.push(rule);
        else found.set(each.id, { rules: [rule], id: each.id, duty: each.duty });
      }
  };
  collect(({ any }) => any.some((criterion) => holds(criterion, profile)));
  for (const [rule, each] of unspoken(rules, standing, profile.jurisdiction, atMs))
    if (!found.has(each.id) && each.any.some((criterion) => holds(criterion, profile)))
      found.set(each.id, { rules: [rule], id: each.id, duty: each.duty });
  const all = [...found.values()];
  if (all.some(({ duty }) => duty === 'compulsory')) return all.filter(({ duty }) => duty !== 'voluntary');
  collect(({ duty, any }) => duty === 'voluntary' && any.length === 0);
  return [...found.values()];
}

type AuditClass = NonNullable<RuleOf<'audit-class'>['content']>['classes'][number];

/**
 * Compulsory classes that hold everywhere and that a jurisdiction's own rules do not speak of, by none of their criteria: its silence on
 * toxic materials takes no plant out of the duty that the topmost text lays on it.
 */
function unspoken(
  rules: readonly Rule[],
  own: readonly RuleOf<'audit-class'>[],
  jurisdiction: string,
  atMs: number,
): [RuleOf<'audit-class'>, AuditClass][] {
  const flags = (each: AuditClass) =>
    each.any.flatMap((criterion) => ('is' in criterion ? [criterion.is] : 'all' in criterion ? criterion.all : []));
  const spoken = new Set(own.flatMap((rule) => (rule.content?.classes ?? []).filter(({ duty }) => duty === 'compulsory').flatMap(flags)));
  return speakingTo(rules, 'audit-class', jurisdiction)
    .everywhere.filter((rule) => !own.includes(rule) && inForce(rule, atMs))
    .flatMap((rule) =>
      (rule.content?.classes ?? [])
        .filter((each) => each.duty === 'compulsory' && flags(each).length > 0 && !flags(each).some((flag) => spoken.has(flag)))
        .map((each): [RuleOf<'audit-class'>, AuditClass] => [rule, each]),
    );
}

type Criterion =
  | { readonly is: ProfileFlag }
  | { readonly all: readonly ProfileFlag[] }
  | { readonly quantity: 'energy' | 'water-intake'; readonly unit: string; readonly atLeast: number };

function holds(criterion: Criterion, profile: PlantProfile): boolean {
  if ('is' in criterion) return profile.is.has(criterion.is);
  if ('all' in criterion) return criterion.all.every((flag) => profile.is.has(flag));
  return (profile.quantities[criterion.quantity] ?? 0) >= criterion.atLeast;
}

/**
 * Duties of a plant at an instant, by its classes and the days of events; those of authorities, agencies and experts are left out. Where
 * a plant's jurisdiction lays a duty on it, a rule that holds everywhere does not ask for it a second time; one laid on other plants of the
 * jurisdiction leaves what holds everywhere as it is.
 */
export function dutiesOf(
  rules: readonly Rule[],
  profile: PlantProfile,
  atMs: number,
  calendar: WorkCalendar,
  classes: readonly AuditClassOf[] = classesOf(rules, profile, atMs),
): Duty[] {
  const roles = rolesOf(classes, profile);
  if (!roles.has('compulsory')) roles.add('voluntary');
  const binds = (rule: RuleOf<'deadline'>) =>
    inForce(rule, atMs) && rule.content?.who.some((who) => roles.has(who)) && rule.content.onlyIf.every((flag) => profile.is.has(flag));
  const speaking = speakingTo(rules, 'deadline', profile.jurisdiction);
  const own = speaking.own.filter(binds);
  const set = new Set(own.map((rule) => rule.content?.duty));
  const everywhere = speaking.everywhere.filter((rule) => !set.has(rule.content?.duty) && binds(rule));
  const today = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
  const adoptable = () => ofFamilies(rules, 'deadline').filter((rule) => inForce(rule, atMs));
  return [...own, ...everywhere].flatMap((rule) => {
    const content = rule.content;
    if (!content) return [];
    const adopted = adoptedBy(rule, adoptable);
    return [{ rule, content, due: dueOf(adopted?.content ?? content, profile, today, calendar), adopted }];
  });
}

/** The rule of the same duty that this one incorporates, where it prints no time itself. */
function adoptedBy(rule: RuleOf<'deadline'>, adoptable: () => readonly RuleOf<'deadline'>[]): RuleOf<'deadline'> | null {
  if (rule.content?.limit !== null || rule.incorporates.length === 0) return null;
  return adoptable().find(({ id, content }) => rule.incorporates.includes(id) && content?.duty === rule.content?.duty) ?? null;
}

function dueOf(content: Deadline, profile: PlantProfile, today: string, calendar: WorkCalendar): DueDay | null {
  if (content.on) return { day: content.on, provisional: false };
  if (content.yearly) return { day: nextYearly(content.yearly, today), provisional: false };
  const base =
    content.base === 'list-published-or-plan-filed'
      ? (profile.events['list-published'] ?? profile.events[content.base])
      : content.base === null
        ? undefined
        : profile.events[content.base];
  return base === undefined ? null : dueDay(content, base, calendar);
}
