/** A stretch of time, UTC ms, `fromMs` inclusive, `toMs` exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The union of spans, in order of time: those that overlap or touch become one. */
export function merged(spans: readonly Span[]): Span[] {
  const union: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (!(toMs > fromMs)) continue;
    const last = union.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else union.push({ fromMs, toMs });
  }
  return union;
}

/** Whether an instant lies in one of the spans. `spans` as `merged` returns them. */
export function within(spans: readonly Span[], timeMs: number): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.toMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && spans[low]!.fromMs <= timeMs;
}
