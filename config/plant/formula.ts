import { z } from 'zod';
import { factor, id } from './values.ts';

const names = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^[\p{L}_][\p{L}\p{N}_]*$/u), value);

/** An amount that is computed from those of other streams. */
export const formulaSchema = z
  .strictObject({
    by: z.literal('formula'),
    formula: z.string().min(1).describe('numbers, the names below, + - * / ^ and parentheses, e.g. (feed - waste) * yield'),
    of: names(id).describe('name in the formula: stream, whose amount over the window stands there in the unit of its medium'),
    with: names(factor).default({}).describe('name in the formula: a number with its uncertainty'),
    unit: z.string().describe('unit of the result, an amount over the window: t, m3, GJ'),
  })
  .describe('computed from other streams; what they share keeps its correlation');

export type Formula = z.output<typeof formulaSchema>;

const TOKEN =
  /(?<operand>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[\p{L}_][\p{L}\p{N}_]*)|(?<operator>\*\*|[-+*/^])|(?<bracket>[()])|\s+|(?<other>.)/gsu;

/** What a formula names, in order, and the character (from 1) at which it stops being one; null where it is whole. */
export function readFormula(text: string): { readonly names: readonly string[]; readonly brokenAt: number | null } {
  const names: string[] = [];
  let [depth, open] = [0, true];
  for (const match of text.matchAll(TOKEN)) {
    const { operand, operator, bracket, other } = match.groups!;
    const broken = () => ({ names, brokenAt: match.index + 1 });
    if (other !== undefined) return broken();
    if (operand !== undefined) {
      if (!open) return broken();
      if (!/^[\d.]/.test(operand)) names.push(operand);
      open = false;
    } else if (operator !== undefined) {
      if (open && operator !== '-' && operator !== '+') return broken();
      open = true;
    } else if (bracket === '(') {
      if (!open) return broken();
      depth += 1;
    } else if (bracket === ')') {
      depth -= 1;
      if (open || depth < 0) return broken();
    }
  }
  return { names, brokenAt: open || depth > 0 ? text.length + 1 : null };
}

/** The streams whose amounts a stream's own is made of. */
export function sourcesOf(amount: { readonly by: string }): readonly string[] {
  if (amount.by === 'derived') return [(amount as { readonly stream: string } & typeof amount).stream];
  return amount.by === 'formula' ? Object.values((amount as Formula).of) : [];
}
