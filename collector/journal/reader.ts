import { readdir, stat } from 'node:fs/promises';
import { Fault } from '../../config/words/fault.ts';
import { decodeLine } from './codec.ts';
import { EntriesGroup } from './group.ts';
import { decodeEntries } from './lines.ts';
import type { JournalGroup, JournalRecord } from './record.ts';
import { type Found, type Position, scan } from './scan.ts';
import { listSegments, type Segment, segmentBytes } from './segment.ts';

/** A stretch of the journal that does not prove itself: it was skipped, its records are not read as good. */
export interface Damage {
  readonly path: string;
  readonly afterSeq: number;
  readonly detail: string;
}

/** Reads the groups of a journal's folder, also while another process writes to it. */
export interface JournalReader {
  readonly dir: string;
  /**
   * Groups after `afterSeq` in order, up to the last finished one at the time it is reached. Groups that fail their chain value are
   * left out and reported through `onDamage`.
   */
  groups(afterSeq: number, onDamage?: (damage: Damage) => void): AsyncIterable<JournalGroup>;
}

/** @throws Fault journal.absent where there is no such folder. */
export async function openJournalReader(dir: string): Promise<JournalReader> {
  try {
    await readdir(dir);
  } catch (cause) {
    throw new Fault({ code: 'journal.absent', place: dir, zh: '没有这个日志目录', en: 'there is no journal in this folder', cause });
  }
  return new SegmentReader(dir);
}

/** Where a follower stopped: it asks for the next group soon, and the segment need not be read from its start again. */
interface Remembered extends Position {
  readonly firstSeq: number;
}
const REMEMBERED = 16;

export class SegmentReader implements JournalReader {
  readonly dir: string;
  readonly #remembered = new Map<number, Remembered>();

  constructor(dir: string) {
    this.dir = dir;
  }

  async *groups(afterSeq: number, onDamage?: (damage: Damage) => void): AsyncGenerator<JournalGroup> {
    for await (const { closing, lines } of this.found(afterSeq, onDamage)) {
      yield new EntriesGroup(closing.seq, closing.sha256, decodeEntries(lines));
    }
  }

  /** The same with the lines not yet decoded. `limit` cuts the segment that has not been sealed, at a byte of its text. */
  async *found(
    afterSeq: number,
    onDamage?: (damage: Damage) => void,
    limit?: { readonly firstSeq: number; readonly offset: number },
  ): AsyncGenerator<Extract<Found, { kind: 'group' }>> {
    const remembered = this.#remembered.get(afterSeq);
    let seq = afterSeq;
    const segments = await listSegments(this.dir);
    let start = segments.findLastIndex((segment) => segment.firstSeq <= afterSeq + 1);
    if (start < 0) start = 0;
    for (const segment of segments.slice(start)) {
      if (limit && segment.firstSeq > limit.firstSeq) return;
      const from = remembered?.firstSeq === segment.firstSeq ? remembered : null;
      const end = limit?.firstSeq === segment.firstSeq ? limit.offset : undefined;
      for await (const item of scan(await this.#bytes(segment, from?.offset, end), from)) {
        if (item.kind === 'broken' || (item.kind === 'tail' && segment !== segments.at(-1))) {
          onDamage?.({ path: segment.path, afterSeq: seq, detail: `bytes ${item.start}–${item.end} fail the chain value` });
        } else if (item.kind === 'group' && item.closing.seq > seq) {
          seq = item.closing.seq;
          this.#remember({ firstSeq: segment.firstSeq, offset: item.end, chain: item.closing.sha256, seq });
          yield item;
        }
      }
    }
  }

  /** A segment may be sealed between being listed and being opened. */
  async #bytes(segment: Segment, offset?: number, limit?: number): Promise<AsyncIterable<Buffer>> {
    const exists =
      segment.sealed ||
      (await stat(segment.path).then(
        () => true,
        () => false,
      ));
    return segmentBytes(exists ? segment : { ...segment, path: `${segment.path}.gz`, sealed: true }, offset, limit);
  }

  #remember(at: Remembered): void {
    this.#remembered.delete(at.seq);
    this.#remembered.set(at.seq, at);
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
  }
}

/** Records of a group's lines. */
export function decodeLines(lines: Buffer): JournalRecord[] {
  const text = lines.toString('utf8');
  const records: JournalRecord[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    records.push(decodeLine(text, start, end));
    start = end + 1;
  }
  return records;
}
