import { isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { readFormula } from '../formula.ts';

/** A formula is whole, names what it is computed from and nothing else, and results in an amount of the stream's medium. */
export function formulaFindings(draft: Draft): Finding[] {
  return draft.streams.flatMap(({ item: { amount, medium }, path }): Finding[] => {
    if (amount.by !== 'formula') return [];
    const at: Path = [...path, 'amount'];
    const found: Finding[] = [];
    const { names, brokenAt } = readFormula(amount.formula);
    if (brokenAt !== null) {
      const zh = `公式在第 ${brokenAt} 个字符处不成立，只可用数、名称、+ - * / ^ 和括号：${amount.formula}`;
      const en = `the formula breaks at character ${brokenAt}; it takes numbers, names, + - * / ^ and parentheses: ${amount.formula}`;
      found.push(fault('formula.syntax', [...at, 'formula'], zh, en));
    }
    const [of, others] = [Object.keys(amount.of), Object.keys(amount.with)];
    for (const name of new Set(names)) {
      if (of.includes(name) !== others.includes(name)) continue;
      const zh = `公式中的 ${name} 应在 of（物流）或 with（数值）之一中说明，且只在其一`;
      const en = `${name} in the formula must stand in exactly one of \`of\` (a stream) and \`with\` (a number)`;
      found.push(fault('formula.name', [...at, 'formula'], zh, en));
    }
    for (const [key, held] of [
      ['of', of],
      ['with', others],
    ] as const) {
      for (const name of brokenAt === null ? held : []) {
        if (names.includes(name)) continue;
        found.push(fault('formula.unused', [...at, key, name], `公式没有用到 ${name}`, `the formula does not use ${name}`, 'key'));
      }
    }
    const unit = draft.media.find(({ item }) => item.id === medium)?.item.unit;
    if (unit !== undefined && isUnit(unit) && isUnit(amount.unit) && !isConvertible(amount.unit, unit)) {
      const zh = `公式结果的单位 ${amount.unit} 不能换算为 ${unit}`;
      found.push(fault('formula.unit', [...at, 'unit'], zh, `the result in ${amount.unit} does not convert into ${unit}`));
    }
    return found;
  });
}
