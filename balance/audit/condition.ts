/** A value that a condition can be held against, and where it stands. */
export interface Fact {
  readonly value: number | boolean | string;
  /** A page, a cell, a file: what a reader can look up. */
  readonly evidence: string;
}

/** Facts by name, e.g. `options.lowCost.implementedPercent`. */
export type Facts = Readonly<Record<string, Fact>>;

/** What a condition comes to. */
export interface Held {
  /** Null where a fact is missing that would decide it, or the condition is not one that a program can compare. */
  readonly holds: boolean | null;
  /** Names of the facts that it speaks of, in order. */
  readonly facts: readonly string[];
  readonly missing: readonly string[];
}

type Tree =
  | { readonly is: 'all' | 'any'; readonly parts: readonly Tree[] }
  | { readonly is: 'not'; readonly part: Tree }
  | { readonly is: 'fact'; readonly name: string }
  | { readonly is: 'compare'; readonly name: string; readonly sign: string; readonly other: number | string };

const TOKEN = /\s*(>=|<=|==|>|<|\(|\)|,|-?\d+(?:\.\d+)?(?![\w.])|[A-Za-z][\w.]*)/gy;

/**
 * Holds a condition of a rule's data against facts: `a.b >= 90 and c.d`, `a > 2 or not b`, comparisons with numbers or with another
 * fact, `,` for and. A comparison is decided as soon as one side of `and` fails or one of `or` holds, whatever else is missing.
 *
 * Text that is no such condition (a formula in words) is never decided: its facts are named, people decide.
 */
export function held(condition: string, facts: Facts): Held {
  const tree = parsed(condition);
  const names = [...new Set((condition.match(/[a-z][A-Za-z]*(?:\.[A-Za-z][A-Za-z0-9]*)+/g) ?? []).filter((name) => name !== ''))];
  const missing = names.filter((name) => facts[name] === undefined);
  return { holds: tree === null ? null : decided(tree, facts), facts: names, missing };
}

function decided(tree: Tree, facts: Facts): boolean | null {
  switch (tree.is) {
    case 'all':
    case 'any': {
      const found = tree.parts.map((part) => decided(part, facts));
      const settles = tree.is === 'any';
      if (found.includes(settles)) return settles;
      return found.includes(null) ? null : !settles;
    }
    case 'not': {
      const found = decided(tree.part, facts);
      return found === null ? null : !found;
    }
    case 'fact': {
      const value = facts[tree.name]?.value;
      return typeof value === 'boolean' ? value : null;
    }
    case 'compare': {
      const left = facts[tree.name]?.value;
      const right = typeof tree.other === 'number' ? tree.other : facts[tree.other]?.value;
      return compared(left, tree.sign, right);
    }
  }
}

/** Numbers with numbers, days (`2026-06-15`) with days; anything else is not decided. */
function compared(left: Fact['value'] | undefined, sign: string, right: Fact['value'] | undefined): boolean | null {
  if (typeof left !== typeof right || left === undefined || right === undefined || typeof left === 'boolean') return null;
  if (sign === '==') return left === right;
  if (sign === '>=') return left >= right;
  if (sign === '<=') return left <= right;
  return sign === '>' ? left > right : left < right;
}

/** any := all ('or' all)*; all := one (('and' | ',') one)*; one := 'not' one | '(' any ')' | name [sign (number | name)]. */
function parsed(condition: string): Tree | null {
  const tokens: string[] = [];
  let end = 0;
  for (const match of condition.matchAll(TOKEN)) {
    tokens.push(match[1]!);
    end = match.index + match[0].length;
  }
  if (condition.slice(end).trim() !== '' || tokens.length === 0) return null;
  let at = 0;
  const list = (is: 'all' | 'any', words: readonly string[], part: () => Tree | null): Tree | null => {
    const parts = [part()];
    while (words.includes(tokens[at] ?? '')) {
      at += 1;
      parts.push(part());
    }
    if (parts.some((each) => each === null)) return null;
    return parts.length === 1 ? parts[0]! : { is, parts: parts as Tree[] };
  };
  const any = (): Tree | null => list('any', ['or'], all);
  const all = (): Tree | null => list('all', ['and', ','], one);
  const one = (): Tree | null => {
    const token = tokens[at];
    at += 1;
    if (token === 'not') {
      const part = one();
      return part && { is: 'not', part };
    }
    if (token === '(') {
      const inner = any();
      at += 1;
      return tokens[at - 1] === ')' ? inner : null;
    }
    if (token === undefined || !/^[a-z][A-Za-z]*(\.[A-Za-z][A-Za-z0-9]*)+$/.test(token)) return null;
    const sign = tokens[at] ?? '';
    if (!['>=', '<=', '==', '>', '<'].includes(sign)) return { is: 'fact', name: token };
    const other = tokens[at + 1] ?? '';
    at += 2;
    if (/^-?\d/.test(other)) return { is: 'compare', name: token, sign, other: Number(other) };
    return /^[a-z][A-Za-z]*(\.[A-Za-z][A-Za-z0-9]*)+$/.test(other) ? { is: 'compare', name: token, sign, other } : null;
  };
  const tree = any();
  return at === tokens.length ? tree : null;
}
