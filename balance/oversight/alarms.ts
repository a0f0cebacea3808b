import { wordOr } from '../../config/words/word.ts';
import type { Oversight } from './oversee.ts';

/** What an alarm is about; one key is one condition that is there or not. */
export interface Condition {
  readonly key: string;
  readonly plant: string;
  /** `collector` where it is about the collector itself. */
  readonly outfall: string;
  readonly code: string | null;
  readonly kind:
    | 'over-limit'
    | 'over-cap'
    | 'cap-projected'
    | 'offline'
    | 'below-line'
    | 'sign'
    | 'contradiction'
    | 'disk-almost-full'
    | 'store-away';
  readonly zh: string;
  readonly en: string;
}

/** An alarm as it goes out: once when a condition appears, once when it is gone. */
export interface AlarmEvent extends Condition {
  readonly event: 'raised' | 'recovered';
  /** Of this raising; a recovery bears that of the raising it ends. */
  readonly id: string;
  readonly atMs: number;
  readonly simulated: boolean;
}

/** Conditions that are raised, by key: since when, and under which id. Kept from one look to the next. */
export type Raised = Readonly<Record<string, { readonly id: string; readonly sinceMs: number; readonly condition: Condition }>>;

/** Conditions that hold at the end of an oversight's window. Of a limit: a stretch that reaches the last whole period. */
export function conditionsOf(oversight: Oversight): Condition[] {
  const toMs = Date.parse(oversight.window.to);
  const fromMs = Date.parse(oversight.window.from);
  return oversight.outfalls.flatMap((outfall) => {
    const at = (kind: Condition['kind'], code: string | null, what: string, zh: string, en: string): Condition => ({
      key: [oversight.plant, outfall.id, kind, code ?? '', what].join('|'),
      plant: oversight.plant,
      outfall: outfall.id,
      code,
      kind,
      zh: `${outfall.id}${code === null ? '' : ` ${code}`} ${zh}`,
      en: `${outfall.id}${code === null ? '' : ` ${code}`} ${en}`,
    });
    const ofMonitors = outfall.monitors.flatMap((monitor) => {
      const { code, over, caps, pass, last, rates } = monitor;
      const found: Condition[] = [];
      for (const { basis, to, peak, multiple, limit, limitUnit } of over) {
        const periodMs = { instant: rates?.everyMs ?? 1, hour: 3_600_000, day: 86_400_000 }[basis];
        if (Date.parse(to) <= toMs - periodMs) continue;
        const figure = `${peak.toPrecision(4)} > ${limit} ${limitUnit}`;
        found.push(
          at(
            'over-limit',
            code,
            basis,
            `超标 ${multiple.toFixed(2)} 倍（${figure}）`,
            `over the limit ${multiple.toFixed(2)} times (${figure})`,
          ),
        );
      }
      for (const { per, used, over: exceeded, projectedOver } of caps) {
        const percent = `${(100 * used).toFixed(1)} %`;
        if (exceeded) found.push(at('over-cap', code, per, `超总量（已用 ${percent}）`, `over the cap (${percent} used)`));
        else if (projectedOver === true)
          found.push(at('cap-projected', code, per, `预计超总量（已用 ${percent}）`, `the cap will be exceeded (${percent} used)`));
      }
      // Nothing is known of the time before the window: a monitor that it has no reading of has been silent for as long as the window is.
      const silentMs = toMs - (last === null ? fromMs : Date.parse(last));
      if (silentMs > Math.max(3_600_000, 3 * (rates?.everyMs ?? 0))) {
        found.push(at('offline', code, '', '离线', 'offline'));
      }
      if (pass === false) found.push(at('below-line', code, '', '传输有效率不足', 'effective transmission rate too low'));
      return found;
    });
    const signs = outfall.signs
      .filter(({ to }) => Date.parse(to) >= toMs - 86_400_000)
      .map(({ sign, codes }) => {
        const [zh, en] = (['zh', 'en'] as const).map((lang) => wordOr(lang, `monitoring.sign.${sign}`, sign));
        return at('sign', codes[0] ?? null, sign, `数据异常迹象：${zh}`, `sign in the data: ${en}`);
      });
    const against = outfall.contradictions
      .filter(({ significant }) => significant)
      .map(({ balance, z }) =>
        at(
          'contradiction',
          null,
          balance,
          `监测与 ${balance} 不符，z = ${z.toFixed(1)}`,
          `the monitor contradicts ${balance}, z = ${z.toFixed(1)}`,
        ),
      );
    return [...new Map([...ofMonitors, ...signs, ...against].map((one) => [one.key, one])).values()];
  });
}

/**
 * What is to be told after a look: a condition that was not raised is raised once, one that no longer holds is recovered once, everything
 * else is silent.
 *
 * @param seen plants that this look covered: conditions of others are neither raised nor recovered.
 */
export function alarmEvents(
  raised: Raised,
  conditions: readonly Condition[],
  seen: ReadonlySet<string>,
  atMs: number,
  simulated: (plant: string) => boolean,
): { readonly events: readonly AlarmEvent[]; readonly raised: Raised } {
  const now = new Map(conditions.map((condition) => [condition.key, condition]));
  const next: Record<string, Raised[string]> = {};
  const events: AlarmEvent[] = [];
  for (const [key, { id, sinceMs, condition }] of Object.entries(raised)) {
    if (!seen.has(condition.plant) || now.has(key)) next[key] = { id, sinceMs, condition };
    else events.push({ ...condition, event: 'recovered', id, atMs, simulated: simulated(condition.plant) });
  }
  for (const [key, condition] of now) {
    if (next[key] !== undefined) continue;
    const id = `${key}|${atMs}`;
    next[key] = { id, sinceMs: atMs, condition };
    events.push({ ...condition, event: 'raised', id, atMs, simulated: simulated(condition.plant) });
  }
  return { events, raised: next };
}
