/** What a sign is about. Each is a reason to look, never a finding. */
export type SignKind =
  | 'frozen'
  | 'clipped'
  | 'copied'
  | 'part-above-whole'
  | 'impossible-value'
  | 'conversion-differs'
  | 'mean-of-too-few'
  | 'clock-off'
  | 'step-against-load'
  | 'hidden-limit'
  | 'drift';

/** A sign that a monitor does not measure what it says. */
export interface Sign {
  readonly sign: SignKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly codes: readonly string[];
  /** What was seen, in terms of the sign: see each. */
  readonly figure: number;
}

/** Signs of one kind that touch or overlap, as one, with the larger figure by `worse`. */
export function joined(signs: readonly Sign[], worse: (a: number, b: number) => number = Math.max): Sign[] {
  const found: Sign[] = [];
  for (const sign of signs) {
    const last = found.at(-1);
    if (last !== undefined && sign.fromMs <= last.toMs) {
      found[found.length - 1] = { ...last, toMs: Math.max(last.toMs, sign.toMs), figure: worse(last.figure, sign.figure) };
    } else found.push(sign);
  }
  return found;
}
