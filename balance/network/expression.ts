import { derivative, type MathNode, parse } from 'mathjs/number';

/** A function of the vector of all quantities. */
export type Evaluate = (values: Float64Array) => number;

/** One equation, = 0, with its analytic derivatives. */
export interface Expression {
  readonly value: Evaluate;
  /** Quantities that it names, ascending, each with ∂/∂q. */
  readonly gradient: readonly { readonly quantity: number; readonly slope: Evaluate }[];
}

/** What is wrong with an expression, and at which character (from 1). */
export class ExpressionError extends Error {
  readonly zh: string;
  readonly column: number;
  constructor(zh: string, en: string, column: number) {
    super(en);
    this.name = 'ExpressionError';
    this.zh = zh;
    this.column = column;
  }
}

const TOKEN =
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_.]*)|(?<power>\*\*)|(?<sign>[-+*/^()])|(?<space>\s+)|(?<other>.)/gsu;

/**
 * Reads an arithmetic expression: quantities and parameters by name, numbers, + − * / ^ ** and parentheses. Nothing else: no functions,
 * no assignment, and nothing is ever handed to an interpreter.
 *
 * Names stand for quantities (numbered in `quantities`) or constants (`parameters`); they may be Chinese.
 *
 * @throws ExpressionError
 */
export function readExpression(
  text: string,
  quantities: ReadonlyMap<string, number>,
  parameters: Readonly<Record<string, number>>,
): Expression {
  const used = new Set<number>();
  let safe = '';
  for (const match of text.matchAll(TOKEN)) {
    const { number, name, power, sign, other } = match.groups!;
    const column = match.index + 1;
    if (other !== undefined)
      throw new ExpressionError(`第 ${column} 个字符 ${other} 不可用于方程`, `character ${column}, ${other}, has no meaning here`, column);
    if (name !== undefined) {
      const quantity = quantities.get(name);
      if (quantity !== undefined) {
        used.add(quantity);
        safe += ` q${quantity} `;
      } else if (Object.hasOwn(parameters, name)) safe += ` (${parameters[name]}) `;
      else
        throw new ExpressionError(
          `方程引用未知量 ${name}（第 ${column} 个字符）`,
          `unknown quantity ${name} at character ${column}`,
          column,
        );
    } else if (power !== undefined) safe += '^';
    else if (number !== undefined || sign !== undefined) safe += number ?? sign;
    else safe += ' ';
  }
  if (safe.trim() === '') throw new ExpressionError('方程为空', 'the equation is empty', 1);
  let tree: MathNode;
  try {
    tree = parse(safe);
  } catch {
    throw new ExpressionError('方程不完整或括号不配对', 'the equation is incomplete or its parentheses do not match', 1);
  }
  const gradient = [...used]
    .sort((a, b) => a - b)
    .map((quantity) => ({ quantity, slope: compile(derivative(tree, `q${quantity}`, { simplify: false })) }));
  return { value: compile(tree), gradient };
}

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly fn?: string | { readonly name: string };
  readonly args?: readonly Node[];
  readonly content?: Node;
}

/** mathjs's syntax tree as closures over the vector of quantities. */
function compile(root: MathNode): Evaluate {
  return build(root as unknown as Node);
}

function build(node: Node): Evaluate {
  const args = (node.args ?? []).map(build);
  const [a, b] = args as [Evaluate, Evaluate];
  switch (node.type) {
    case 'ConstantNode': {
      const constant = Number(node.value);
      return () => constant;
    }
    case 'SymbolNode': {
      const quantity = Number(node.name!.slice(1));
      return (q) => q[quantity]!;
    }
    case 'ParenthesisNode':
      return build(node.content!);
    case 'OperatorNode':
    case 'FunctionNode':
      switch (typeof node.fn === 'string' ? node.fn : node.fn!.name) {
        case 'add':
          return (q) => a(q) + b(q);
        case 'subtract':
          return (q) => a(q) - b(q);
        case 'multiply':
          return (q) => a(q) * b(q);
        case 'divide':
          return (q) => a(q) / b(q);
        case 'pow':
          return (q) => a(q) ** b(q);
        case 'unaryMinus':
          return (q) => -a(q);
        case 'unaryPlus':
          return a;
        case 'log': // from the derivative of x^y
          return (q) => Math.log(a(q));
        case 'sqrt':
          return (q) => Math.sqrt(a(q));
        case 'abs':
          return (q) => Math.abs(a(q));
        case 'cube':
          return (q) => a(q) ** 3;
        case 'square':
          return (q) => a(q) ** 2;
      }
  }
  throw new ExpressionError('方程含有不支持的写法', `the equation uses ${node.type}, which is not supported`, 1);
}
