import type { Coverage } from '../../config/rules/families/coverage.ts';
import type { Family } from '../../config/rules/families/families.ts';
import { inForce, ruleInForce } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import type { Caution, CoverageFinding } from './result.ts';
import type { CoverageFamily, CoverageTable } from './table.ts';

/**
 * The table in force, or, where the text in force is not held, the one that it superseded; with what must be said beside its verdicts.
 * Empty where no rule applies.
 */
export function tableInForce(
  rules: readonly Rule[],
  jurisdiction: string,
  family: CoverageFamily,
  atMs: number,
  findings: CoverageFinding[],
): CoverageTable[] {
  const rule = ruleInForce(rules, { jurisdiction, family, atMs })?.rule;
  const note = (code: CoverageFinding['code'], subject: string, { zh, en }: { zh: string; en: string }) =>
    findings.push({ code, subject, zh, en });
  if (!rule) {
    if (family === 'coverage-energy')
      note('no-rule', jurisdiction, {
        zh: '该辖区在此日没有配备率规定',
        en: 'no coverage rule applies in this jurisdiction on that day',
      });
    return [];
  }
  const caution = cautionOn(rules, rule, atMs);
  if (caution?.code === 'extract-superseded') note('rule-superseded', rule.id, caution);
  if (rule.status === 'to-confirm') note('rule-to-confirm', rule.id, confirmation(rule));
  if (rule.content) return [tableOf(rules, rule, rule.content, caution)];

  const earlier = rules.find(
    (each): each is RuleOf<CoverageFamily> & Rule =>
      each.family === family && each.content !== null && each.document.supersededBy === `${rule.jurisdiction}/${rule.document.id}`,
  );
  const notHeld = {
    zh: `${documentOf(rule)} 现行，其表未掌握${earlier ? `；以下按已废止的 ${documentOf(earlier)} 计算，仅供参考` : ''}`,
    en: `${documentOf(rule)} is in force and its tables are not held${earlier ? `; what follows counts by the superseded ${documentOf(earlier)}, for reference only` : ''}`,
  };
  note('rule-not-held', rule.id, notHeld);
  return earlier?.content ? [tableOf(rules, earlier, earlier.content, { code: 'not-held', ...notHeld })] : [];
}

/** Tables that hold everywhere and are not those of the verdict. */
export function tablesBeside(rules: readonly Rule[], used: readonly CoverageTable[], atMs: number): CoverageTable[] {
  return rules.flatMap((rule) =>
    isTable(rule) && rule.content && rule.reach === 'nationwide' && !used.some((table) => table.rule.id === rule.id)
      ? [tableOf(rules, rule, rule.content, cautionOn(rules, rule, atMs))]
      : [],
  );
}

/** Why a verdict by a rule is no bare one on a day: its document, or the one that it reproduces, no longer holds, or is not confirmed. */
function cautionOn(rules: readonly Rule[], rule: RuleOf<CoverageFamily>, atMs: number): Caution | null {
  const original = rules.find(({ id }) => id === rule.extractOf);
  if (original && !inForce(original, atMs)) {
    const [zhHeld, enHeld] = held(rules, original);
    return {
      code: 'extract-superseded',
      zh: `${documentOf(rule)} 摘自 ${documentOf(original)}，后者自 ${original.document.to} 起被取代；${zhHeld}`,
      en: `${documentOf(rule)} reproduces ${documentOf(original)}, superseded on ${original.document.to}; ${enHeld}`,
    };
  }
  if (rule.document.to !== null && !inForce(rule, atMs)) {
    const [zhHeld, enHeld] = held(rules, rule);
    return {
      code: 'superseded',
      zh: `${documentOf(rule)} 自 ${rule.document.to} 起被取代；${zhHeld}`,
      en: `${documentOf(rule)} was superseded on ${rule.document.to}; ${enHeld}`,
    };
  }
  return rule.status === 'to-confirm' ? { code: 'to-confirm', ...confirmation(rule) } : null;
}

/** Whether the tables of a document's successor are held, in words. */
function held(rules: readonly Rule[], { family, document }: Pick<Rule, 'family' | 'document'>): readonly [string, string] {
  const successor = rules.find((each) => each.family === family && `${each.jurisdiction}/${each.document.id}` === document.supersededBy);
  const name = successor ? documentOf(successor) : (document.supersededBy ?? '');
  return successor?.content
    ? [`新版 ${name} 另列`, `its successor ${name} is shown beside`]
    : [`新版 ${name} 的表未掌握`, `the tables of its successor ${name} are not held`];
}

/** That a rule was not held against its text. */
export function confirmation(rule: Pick<Rule, 'document'>): { zh: string; en: string } {
  return { zh: `${documentOf(rule)} 的内容待核实`, en: `the content of ${documentOf(rule)} is still to be confirmed` };
}

function isTable(rule: Rule): rule is Rule & RuleOf<CoverageFamily> {
  return rule.family === 'coverage-energy' || rule.family === 'coverage-material' || rule.family === 'coverage-water';
}

function tableOf(rules: readonly Rule[], rule: RuleOf<CoverageFamily>, content: Coverage, caution: Caution | null): CoverageTable {
  return { rule, content, limits: companion(rules, rule, 'main-unit')?.content ?? null, caution };
}

/** A rule of another family in the document that a table is in, or that it reproduces. */
export function companion<F extends Family>(rules: readonly Rule[], rule: RuleOf<CoverageFamily>, family: F): RuleOf<F> | undefined {
  const original = rules.find(({ id }) => id === rule.extractOf) ?? rule;
  const found = rules.find(
    (each) => each.family === family && each.jurisdiction === original.jurisdiction && each.document.id === original.document.id,
  );
  return found as RuleOf<F> | undefined;
}

/** A document as people name it. */
export function documentOf(rule: Pick<Rule, 'document'>): string {
  return rule.document.number ?? rule.document.title;
}
