import type { MathNode } from 'mathjs';
// One file, which loads in a tenth of the time of the hundreds that the package's own entry does.
import mathjs from 'mathjs/lib/browser/math.js';
import { type EquationFunction, FUNCTIONS } from './functions.ts';

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
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_.]*)|"(?<quoted>[^"]+)"|(?<power>\*\*)|(?<sign>[-+*/^(),])|(?<space>\s+)|(?<other>.)/gsu;

/**
 * Reads an arithmetic expression: quantities and parameters by name, numbers, + − * / ^ ** and parentheses, and the functions of
 * `functions.ts`. Nothing else: no assignment, and nothing is ever handed to an interpreter.
 *
 * Names stand for quantities (numbered in `quantities`) or constants (`parameters`); they may be Chinese, and in double quotes anything.
 *
 * @throws ExpressionError
 */
export function readExpression(
  text: string,
  quantities: ReadonlyMap<string, number>,
  parameters: Readonly<Record<string, number>>,
): Expression {
  const { safe, used } = safeText(text, quantities, parameters);
  let tree: MathNode;
  try {
    tree = mathjs.parse(safe);
  } catch {
    throw new ExpressionError('方程不完整或括号不配对', 'the equation is incomplete or its parentheses do not match', 1);
  }
  return differentiated(
    tree,
    [...used].sort((a, b) => a - b),
  );
}

/** The text in names that mathjs parses: quantity k as qk, parameters as numbers. */
function safeText(
  text: string,
  quantities: ReadonlyMap<string, number>,
  parameters: Readonly<Record<string, number>>,
): { readonly safe: string; readonly used: ReadonlySet<number> } {
  const used = new Set<number>();
  let safe = '';
  for (const match of text.matchAll(TOKEN)) {
    const { number, quoted, power, sign, other } = match.groups!;
    const name = quoted ?? match.groups!.name;
    const column = match.index + 1;
    if (other !== undefined)
      throw new ExpressionError(`第 ${column} 个字符 ${other} 不可用于方程`, `character ${column}, ${other}, has no meaning here`, column);
    if (name !== undefined) {
      const quantity = quantities.get(name);
      if (quantity !== undefined) {
        used.add(quantity);
        safe += ` q${quantity} `;
      } else if (Object.hasOwn(parameters, name)) safe += ` (${parameters[name]}) `;
      else if (quoted === undefined && Object.hasOwn(FUNCTIONS, name) && /^\s*\(/.test(text.slice(match.index + name.length)))
        safe += ` ${name}`;
      else
        throw new ExpressionError(
          `方程引用未知量 ${name}（第 ${column} 个字符）`,
          `unknown quantity ${name} at character ${column}`,
          column,
        );
    } else if (power !== undefined) safe += '^';
    else if (number !== undefined)
      safe += number.replace(/\.(?=$|e)/i, ''); // in `2.*x` the parser would take `.*` together
    else if (sign !== undefined) safe += sign;
    else safe += ' ';
  }
  if (safe.trim() === '') throw new ExpressionError('方程为空', 'the equation is empty', 1);
  return { safe, used };
}

/** A call within an expression: the function and its arguments, each with its own derivatives. */
interface Call {
  readonly of: EquationFunction;
  readonly args: readonly Expression[];
}

/**
 * Value and gradient of a tree by mathjs's derivatives; a call f(a, b) is one more variable c of the tree, and d/dq gains
 * ∂tree/∂c · (∂f/∂a · da/dq + ∂f/∂b · db/dq).
 */
function differentiated(tree: MathNode, used: readonly number[]): Expression {
  const { derivative, SymbolNode } = mathjs;
  const calls: Call[] = [];
  const plain = tree.transform((node) => {
    const { type, fn, args = [] } = node as unknown as { type: string; fn?: { name: string } | string; args?: MathNode[] };
    if (type !== 'FunctionNode') return node;
    const name = typeof fn === 'string' ? fn : fn!.name;
    const of = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]! : undefined;
    if (of === undefined)
      throw new ExpressionError('量与括号之间缺少运算符', 'an operator is missing between a quantity and a parenthesis', 1);
    if (args.length !== of.parameters.length) {
      const signature = `${name}(${of.parameters.join(', ')})`;
      throw new ExpressionError(`函数的参数个数不对：应为 ${signature}`, `wrong number of arguments: ${signature}`, 1);
    }
    calls.push({ of, args: args.map((arg) => differentiated(arg, used)) });
    return new SymbolNode(`c${calls.length - 1}`);
  });
  const values = (q: Float64Array, { args }: Call) => args.map(({ value }) => value(q));
  const called = calls.map(
    (call): Evaluate =>
      (q) =>
        call.of.value(...values(q, call)),
  );
  const outer = calls.map((_, k) => compile(derivative(plain, `c${k}`, { simplify: false }), called));
  const gradient = used.flatMap((quantity) => {
    const direct = compile(derivative(plain, `q${quantity}`, { simplify: false }), called);
    if (calls.length === 0) return [{ quantity, slope: direct }];
    const slope: Evaluate = (q) =>
      calls.reduce((sum, call, k) => {
        const inner = call.args.map(({ gradient: own }) => own.find((one) => one.quantity === quantity)?.slope(q) ?? 0);
        if (inner.every((value) => value === 0)) return sum;
        const partial = call.of.slopes(...values(q, call));
        return sum + outer[k]!(q) * inner.reduce((total, value, at) => (value === 0 ? total : total + value * partial[at]!), 0);
      }, direct(q));
    return [{ quantity, slope }];
  });
  return { value: compile(plain, called), gradient };
}

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly fn?: string | { readonly name: string };
  readonly args?: readonly Node[];
  readonly content?: Node;
}

/** mathjs's syntax tree as closures over the vector of quantities; symbol qk is quantity k, ck the value of call k. */
function compile(root: MathNode, calls: readonly Evaluate[]): Evaluate {
  return build(root as unknown as Node, calls);
}

function build(node: Node, calls: readonly Evaluate[]): Evaluate {
  const args = (node.args ?? []).map((arg) => build(arg, calls));
  const [a, b] = args as [Evaluate, Evaluate];
  switch (node.type) {
    case 'ConstantNode': {
      const constant = Number(node.value);
      return () => constant;
    }
    case 'SymbolNode': {
      const index = Number(node.name!.slice(1));
      return node.name!.startsWith('c') ? calls[index]! : (q) => q[index]!;
    }
    case 'ParenthesisNode':
      return build(node.content!, calls);
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
