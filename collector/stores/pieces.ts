import type { JournalGroup } from '../journal/record.ts';
import { HOUR_MS, hourOf } from '../sample/hour.ts';
import type { Sample } from '../sample/sample.ts';
import { samplesOf } from './rows.ts';

/** What is read of a journal. */
export interface Stretch {
  groups(afterSeq: number): AsyncIterable<JournalGroup>;
  /** Groups after this one, up to and with `untilSeq`. */
  readonly afterSeq: number;
  readonly untilSeq: number;
  /** Times of the samples, UTC, ms, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only samples of these hours, where given. */
  readonly hours?: ReadonlySet<number>;
}

/** Samples of some hours of some channels, by channel and time: the last record of each. Raw payloads are left out. */
export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly byChannel: ReadonlyMap<string, ReadonlyMap<number, Sample>>;
  /** Share of all samples that this piece and those before hold, 0 to 1. */
  readonly done: number;
}

/** Samples held at a time. */
const MOST = 400_000;
/** Records after which the journal is looked at as another block: hours are found again by block. */
const BLOCK = 100_000;

interface Block {
  readonly afterSeq: number;
  throughSeq: number;
  records: number;
  readonly hours: Set<number>;
}

/**
 * What a stretch of the journal holds, an hour of a channel in one piece, few samples in memory at a time: what fits into one piece comes
 * from one pass. Of what does not, the first pass counts the hours and where they stand, and each piece reads the blocks that hold its
 * hours; late data far from their time cost blocks, not memory.
 *
 * @param most samples held at a time.
 * @param blockRecords records of a block.
 */
export async function* piecesOf(stretch: Stretch, most = MOST, blockRecords = BLOCK): AsyncGenerator<Piece> {
  const whole = new Held(stretch, null, 0, 1);
  const perHour = new Map<number, number>();
  const blocks: Block[] = [];
  let fits = true;
  let block: Block | null = null;
  for await (const group of until(stretch, stretch.afterSeq, stretch.untilSeq)) {
    if (block === null || block.records >= blockRecords) {
      block = { afterSeq: group.seq - 1, throughSeq: group.seq, records: 0, hours: new Set() };
      blocks.push(block);
    }
    block.throughSeq = group.seq;
    for (const sample of samplesOf([group])) {
      block.records += 1;
      if (!whole.wants(sample)) continue;
      const hourMs = hourOf(sample.timeMs);
      perHour.set(hourMs, (perHour.get(hourMs) ?? 0) + 1);
      block.hours.add(hourMs);
      if (!fits) continue;
      whole.add(sample);
      if (whole.count <= most) continue;
      fits = false;
      whole.clear();
    }
  }
  if (fits) {
    if (whole.count > 0) yield { fromMs: stretch.fromMs, toMs: stretch.toMs, byChannel: whole.byChannel, done: 1 };
    return;
  }
  const all = [...perHour.values()].reduce((sum, count) => sum + count, 0);
  let done = 0;
  for (const { hours, count } of rangesOf(perHour, most)) {
    const wanted = new Set(hours);
    const parts = Math.ceil(count / most);
    const [fromMs, toMs] = [Math.max(stretch.fromMs, hours[0]!), Math.min(stretch.toMs, hours.at(-1)! + HOUR_MS)];
    for (let part = 0; part < parts; part += 1) {
      const held = new Held(stretch, wanted, part, parts);
      for (const { afterSeq, throughSeq } of joined(blocks.filter((one) => hours.some((hourMs) => one.hours.has(hourMs))))) {
        for await (const group of until(stretch, afterSeq, throughSeq))
          for (const sample of samplesOf([group])) if (held.wants(sample)) held.add(sample);
      }
      done += count / parts;
      yield { fromMs, toMs, byChannel: held.byChannel, done: done / all };
    }
  }
}

async function* until({ groups }: Stretch, afterSeq: number, throughSeq: number): AsyncGenerator<JournalGroup> {
  for await (const group of groups(afterSeq)) {
    if (group.seq > throughSeq) return;
    yield group;
  }
}

/** Hours in order, as many together as hold at most `most` samples, and one at least. */
function* rangesOf(perHour: ReadonlyMap<number, number>, most: number): Generator<{ readonly hours: number[]; readonly count: number }> {
  let [hours, count]: [number[], number] = [[], 0];
  for (const [hourMs, own] of [...perHour].sort(([a], [b]) => a - b)) {
    if (hours.length > 0 && count + own > most) {
      yield { hours, count };
      [hours, count] = [[], 0];
    }
    hours.push(hourMs);
    count += own;
  }
  if (hours.length > 0) yield { hours, count };
}

/** Blocks that follow each other are read as one. */
function joined(blocks: readonly Block[]): { readonly afterSeq: number; throughSeq: number }[] {
  const found: { readonly afterSeq: number; throughSeq: number }[] = [];
  for (const { afterSeq, throughSeq } of blocks) {
    const last = found.at(-1);
    if (last?.throughSeq === afterSeq) last.throughSeq = throughSeq;
    else found.push({ afterSeq, throughSeq });
  }
  return found;
}

class Held {
  readonly byChannel = new Map<string, Map<number, Sample>>();
  count = 0;
  readonly #stretch: Stretch;
  readonly #hours: ReadonlySet<number> | null;
  readonly #part: number;
  readonly #parts: number;

  constructor(stretch: Stretch, hours: ReadonlySet<number> | null, part: number, parts: number) {
    this.#stretch = stretch;
    this.#hours = hours;
    this.#part = part;
    this.#parts = parts;
  }

  wants({ timeMs, channel }: Sample): boolean {
    const { fromMs, toMs, hours } = this.#stretch;
    if (timeMs < fromMs || timeMs >= toMs) return false;
    if (hours !== undefined && !hours.has(hourOf(timeMs))) return false;
    if (this.#hours !== null && !this.#hours.has(hourOf(timeMs))) return false;
    return this.#parts === 1 || hashOf(channel) % this.#parts === this.#part;
  }

  /** A copy without its raw text, which would keep the group in memory that it came in. */
  add({ channel, timeMs, value, quality, reason, origin }: Sample): void {
    const sample = { channel, timeMs, value, quality, reason, origin, raw: null };
    const byTime = this.byChannel.get(channel);
    if (byTime === undefined) this.byChannel.set(channel, new Map([[timeMs, sample]]));
    else byTime.set(timeMs, sample);
    this.count += 1;
  }

  clear(): void {
    this.byChannel.clear();
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash >>> 0;
}
