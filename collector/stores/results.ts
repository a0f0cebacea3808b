/** What can be worked out of a plant's readings and is kept beside them. */
export type ResultKind = 'balance' | 'stream' | 'coverage' | 'root' | 'intake' | 'uncounted' | 'channel' | 'schema';

/**
 * Numbers that were worked out of readings, so that whoever draws a store's contents (Grafana) needs nothing else.
 *
 * | measurement | time | tags beside `plant` | fields, all float64 |
 * |---|---|---|---|
 * | `balance` | start of the window | balance, kind, boundary, unit, hours, revision | in, out, stockChange, imbalance, u, U, closurePercent, verdict |
 * | `stream` | start of the window | balance, stream, unit, hours, revision | total, u, reconciled, coverageOfTime, coverageOfQuantity |
 * | `coverage` | the instant judged | kind, level, rule | required, fitted, exempt, usable, delivering, ratio, threshold, verdict |
 * | `root` | start of the day | sha256 | seq |
 * | `intake` | the hour | source, run, turn | polled, journalled, quarantined, returned, within, seq |
 * | `uncounted` | the hour | run | ms, seq |
 * | `channel` | an instant, once a day on servers | channel, meter, medium, level, unit | info, always 1 |
 * | `schema` | when that layout was begun on a server | | version |
 *
 * `intake` says what was counted of the records whose times lie in the hour: of one run and source the highest turn holds, runs add up;
 * without `within` none was.
 * `uncounted` is how long in the hour a run that was killed had not said what it counted. Both are stated by the journal, in group `seq`.
 *
 * A field that is not known is left out. Verdicts are numbers in the order of `BALANCE_VERDICTS` and `COVERAGE_VERDICTS`. A result is told
 * from others by its time and tags: one that is written again replaces itself, a recomputed balance has another revision.
 */
export interface Result {
  readonly measurement: ResultKind;
  readonly timeMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number>>;
}

/** Where a store keeps results. */
export interface Results {
  /** Settles once the engine has confirmed them. */
  write(results: readonly Result[]): Promise<void>;
  /** Results of [fromMs, toMs), by time and tags. */
  read(measurement: ResultKind, fromMs: number, toMs: number): Promise<readonly Result[]>;
}

export const RESULT_FIELDS: Readonly<Record<ResultKind, readonly string[]>> = {
  balance: ['in', 'out', 'stockChange', 'imbalance', 'u', 'U', 'closurePercent', 'verdict'],
  stream: ['total', 'u', 'reconciled', 'coverageOfTime', 'coverageOfQuantity'],
  coverage: ['required', 'fitted', 'exempt', 'usable', 'delivering', 'ratio', 'threshold', 'verdict'],
  root: ['seq'],
  intake: ['polled', 'journalled', 'quarantined', 'returned', 'within', 'seq'],
  uncounted: ['ms', 'seq'],
  channel: ['info'],
  schema: ['version'],
};

export const tagsKey = (tags: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));

/** In the order of `Results.read`. */
export function inOrder(results: readonly Result[]): Result[] {
  const keys = new Map(results.map((one) => [one, tagsKey(one.tags)]));
  return [...results].sort((a, b) => a.timeMs - b.timeMs || (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

const escaped = (text: string): string => text.replace(/[ ,=]/g, (one) => `\\${one}`).replaceAll('\n', '\\n');

/** Results as line protocol with times in ms. */
export function resultLines(plant: string, results: readonly Result[]): string[] {
  return results.flatMap(({ measurement, timeMs, tags, fields }) => {
    const known = Object.entries(fields).filter(([, value]) => Number.isFinite(value));
    if (known.length === 0) return [];
    const series = Object.entries({ ...tags, plant }).filter(([, value]) => value !== '');
    const head = series.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `,${name}=${escaped(value)}`);
    return [`${measurement}${head.join('')} ${known.map(([name, value]) => `${name}=${value}`).join(',')} ${timeMs}`];
  });
}
