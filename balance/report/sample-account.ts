import { accountOf } from '../../collector/sample/conservation.ts';
import { HourPartials } from '../../collector/sample/hour-partials.ts';
import { type Reason, reasonOf } from '../../collector/sample/reason.ts';
import type { StoreReader } from '../../collector/stores/store.ts';
import { looksOf } from '../../config/plant/looks.ts';
import type { Channel, Plant } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import { specOf } from '../window/spec.ts';
import { HOUR_MS, type Window } from '../window/window.ts';

/** Where the readings of one channel went that were due in a window: expected = good + suspect + missing + unaccounted. */
export interface SampleAccount {
  readonly channel: string;
  /** null where nothing says when a reading is due. */
  readonly expected: number | null;
  readonly good: number;
  readonly suspect: number;
  readonly missing: Readonly<Partial<Record<Reason, number>>>;
  /** Sum of `missing`. */
  readonly missed: number;
  /** Due times of which nothing is recorded. Anything but 0 is a hidden gap. */
  readonly unaccounted: number;
  /** Samples beyond one for each due time. */
  readonly additional: number;
}

/** Accounts of the channels that a source reads, and their sum. */
export interface SampleAccounts {
  readonly channels: readonly SampleAccount[];
  /** Of the channels whose readings are due at known times. */
  readonly total: Omit<SampleAccount, 'channel' | 'missing'>;
}

/**
 * The conservation of the samples of a window of full hours, channel by channel, of those that a source reads. Hours whose count is what
 * was due are taken from their partials, the others are counted due time by due time.
 */
export async function sampleAccounts(plant: Plant, reader: StoreReader, window: Window): Promise<SampleAccounts> {
  const channels = [...plant.channels.values()].filter(({ read, kind }) => read !== undefined && kind !== 'state');
  const span = { fromMs: Math.floor(window.fromMs / HOUR_MS) * HOUR_MS, toMs: Math.ceil(window.toMs / HOUR_MS) * HOUR_MS };
  const specs = channels.map((channel) => specOf(channel, plant.offsetMinutes));
  const partials = await reader.partials(specs, span.fromMs, span.toMs);
  const accounts: SampleAccount[] = [];
  for (const channel of channels)
    accounts.push(await sampleAccountOf(reader, channel, partials.get(channel.id) ?? new HourPartials(channel.id), span));
  const due = accounts.filter(({ expected }) => expected !== null);
  const sum = (of: (account: SampleAccount) => number) => due.reduce((total, account) => total + of(account), 0);
  const total = {
    expected: sum(({ expected }) => expected!),
    good: sum(({ good }) => good),
    suspect: sum(({ suspect }) => suspect),
    missed: sum(({ missed }) => missed),
    unaccounted: sum(({ unaccounted }) => unaccounted),
    additional: sum(({ additional }) => additional),
  };
  return { channels: accounts, total };
}

/** The same of one channel. `window` is of whole hours, `partials` are those of its hours. */
export async function sampleAccountOf(
  reader: StoreReader,
  channel: Channel,
  partials: HourPartials,
  { fromMs, toMs }: Window,
): Promise<SampleAccount> {
  const every = channel.read && 'every' in channel.read ? channel.read.every : undefined;
  const everyMs = every === undefined ? null : durationMs(every);
  const looks = looksOf(channel);
  const total = { expected: everyMs === null ? null : 0, good: 0, suspect: 0, unaccounted: 0, additional: 0 };
  const missing: Partial<Record<Reason, number>> = {};
  const byHour = new Map([...partials].map((partial) => [partial.hourMs, partial]));
  for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) {
    const partial = byHour.get(hourMs);
    const counts = partial === undefined ? [] : Object.entries(partial.missing);
    const recorded = (partial?.good ?? 0) + (partial?.suspect ?? 0) + counts.reduce((sum, [, n]) => sum + n, 0);
    const due = everyMs === null ? null : Math.ceil((hourMs + HOUR_MS) / everyMs) - Math.ceil(hourMs / everyMs);
    if (due === null || (due === recorded && looks === null)) {
      total.good += partial?.good ?? 0;
      total.suspect += partial?.suspect ?? 0;
      for (const [code, n] of counts) missing[reasonOf(Number(code))] = (missing[reasonOf(Number(code))] ?? 0) + n;
      if (total.expected !== null) total.expected += recorded;
      continue;
    }
    const readings = await reader.samples(channel.id, hourMs - everyMs!, hourMs + HOUR_MS + everyMs!);
    const account = accountOf(readings, everyMs, hourMs, looks?.samplingMs);
    total.expected! += account.expected ?? 0;
    total.good += account.good;
    total.suspect += account.suspect;
    total.unaccounted += account.unaccounted;
    total.additional += account.additional;
    for (const [reason, n] of Object.entries(account.missing)) missing[reason as Reason] = (missing[reason as Reason] ?? 0) + n;
  }
  const missed = Object.values(missing).reduce((sum, n) => sum + n, 0);
  return { channel: channel.id, missing, missed, ...total };
}
