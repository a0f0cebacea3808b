import type { Family } from './families/families.ts';
import type { Rule, RuleOf } from './rule.ts';

const DAY_MS = 86_400_000;

/** Which rule applies, and why: its own jurisdiction's, or another's that says or is said to hold here. */
export interface RuleChoice<F extends Family> {
  readonly rule: RuleOf<F>;
  /** The rule by which it holds here: itself, or the one that incorporates it. */
  readonly by: Rule;
  /** Other rules of the same family in force at that time in that jurisdiction; the newest document was taken. */
  readonly others: readonly RuleOf<F>[];
}

/**
 * The rule of a family that applies in a jurisdiction at an instant (UTC ms), null where none does.
 *
 * A jurisdiction's own rule comes first, the newest document before older ones. Without one, a rule of another jurisdiction applies
 * only where a rule in force here incorporates it, or where its own text says that it holds everywhere (reach: nationwide, which the
 * lint allows the topmost jurisdiction alone). Nothing is borrowed otherwise.
 *
 * Days begin at +08:00, as the documents' do.
 */
export function ruleInForce<F extends Family>(
  rules: readonly Rule[],
  query: { jurisdiction: string; family: F; atMs: number },
): RuleChoice<F> | null {
  const ofFamily = ofFamilies(rules, query.family).filter((rule) => inForce(rule, query.atMs));
  const own = newestFirst(ofFamily.filter((rule) => rule.jurisdiction === query.jurisdiction));
  if (own[0]) return { rule: own[0], by: own[0] as unknown as Rule, others: own.slice(1) };

  const adopting = rules.filter(
    (rule) => rule.incorporates.length > 0 && rule.jurisdiction === query.jurisdiction && inForce(rule, query.atMs),
  );
  for (const by of adopting) {
    const named = newestFirst(ofFamily.filter((rule) => by.incorporates.includes(rule.id)));
    if (named[0]) return { rule: named[0], by, others: named.slice(1) };
  }

  const everywhere = newestFirst(ofFamily.filter((rule) => rule.reach === 'nationwide'));
  return everywhere[0] ? { rule: everywhere[0], by: everywhere[0] as unknown as Rule, others: everywhere.slice(1) } : null;
}

/** The rules of a family, sorted out once for each list of rules. */
export function ofFamilies<F extends Family>(rules: readonly Rule[], family: F): readonly RuleOf<F>[] {
  let sorted = families.get(rules);
  if (!sorted) {
    sorted = new Map<string, Rule[]>();
    for (const rule of rules) {
      const same = sorted.get(rule.family);
      if (same) same.push(rule);
      else sorted.set(rule.family, [rule]);
    }
    families.set(rules, sorted);
  }
  return (sorted.get(family) ?? []) as unknown as readonly RuleOf<F>[];
}

/** Rules of a family that speak to a jurisdiction: its own, and those of others that hold everywhere; sorted out once for each list. */
export interface Speaking<F extends Family> {
  readonly own: readonly RuleOf<F>[];
  readonly everywhere: readonly RuleOf<F>[];
}

/** Rules of a family that speak to a jurisdiction, in force or not. */
export function speakingTo<F extends Family>(rules: readonly Rule[], family: F, jurisdiction: string): Speaking<F> {
  let sorted = speaking.get(rules);
  if (!sorted) {
    sorted = new Map<string, Speaking<Family>>();
    speaking.set(rules, sorted);
  }
  const key = `${jurisdiction}/${family}`;
  let found = sorted.get(key);
  if (!found) {
    const all = ofFamilies(rules, family);
    found = {
      own: all.filter((rule) => rule.jurisdiction === jurisdiction),
      everywhere: all.filter((rule) => rule.jurisdiction !== jurisdiction && rule.reach === 'nationwide'),
    } as unknown as Speaking<Family>;
    sorted.set(key, found);
  }
  return found as unknown as Speaking<F>;
}

const speaking = new WeakMap<readonly Rule[], Map<string, Speaking<Family>>>();

const families = new WeakMap<readonly Rule[], Map<string, Rule[]>>();

/** Whether the document of a rule is in force at an instant: from its first day, to the day before `to`. */
export function inForce(rule: Pick<Rule, 'document'>, atMs: number): boolean {
  const fromMs = startMs(rule.document.from ?? rule.document.issued);
  const toMs = rule.document.to === null ? Number.POSITIVE_INFINITY : startMs(rule.document.to);
  return atMs >= fromMs && atMs < toMs;
}

/**
 * First instant at which a date as printed has surely come: a month or a year alone counts from its last day. Unknown dates count as
 * always past, since the document is known to have been issued.
 */
export function startMs(date: string | null): number {
  if (date === null) return Number.NEGATIVE_INFINITY;
  let start = starts.get(date);
  if (start === undefined) {
    start = startOf(date);
    starts.set(date, start);
  }
  return start;
}

/** Instants of the dates asked for so far: there are few, and they are asked for often. */
const starts = new Map<string, number>();

function startOf(date: string): number {
  if (date.length === 10) return Date.parse(`${date}T00:00:00+08:00`);
  const [year, month] = date.split('-').map(Number) as [number, number | undefined];
  const next = month === undefined ? `${year + 1}-01` : month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return Date.parse(`${next}-01T00:00:00+08:00`) - DAY_MS;
}

function newestFirst<F extends Family>(rules: readonly RuleOf<F>[]): RuleOf<F>[] {
  const since = (rule: RuleOf<F>) => startMs(rule.document.from ?? rule.document.issued);
  return [...rules].sort((a, b) => since(b) - since(a));
}
