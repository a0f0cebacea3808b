import { checkOf, genesis } from './chain.ts';
import { type Dropped, droppedIn } from './retention.ts';
import { type Found, scan } from './scan.ts';
import { listSegments, segmentBytes } from './segment.ts';
import type { Head } from './writer.ts';

/** The first place where a journal is not what was written. */
export interface Finding {
  readonly what: 'changed' | 'removed' | 'added' | 'reordered' | 'damaged' | 'cut';
  readonly path: string;
  /** Group in question; a group that is missing altogether is named too. */
  readonly seq: number;
  /** Line within the group, from 1; null where the whole group, its closing line or the file's header is meant. */
  readonly record: number | null;
  /** The record as it stands there now, null where none does. */
  readonly text: string | null;
}

export interface Verification {
  readonly plant: string | null;
  /** First and last group that prove themselves without a break. */
  readonly fromSeq: number;
  readonly head: Head;
  readonly groups: number;
  readonly records: number;
  /** Bytes behind the last group: a writer at work, or one that was killed. Nobody was told that they were received. */
  readonly unfinishedBytes: number;
  readonly finding: Finding | null;
  /**
   * How a journal that begins after its first group came to: `recorded` where a record of its own says that everything before was dropped
   * as its owner had set it (the groups and records since the first are in `dropped`), `unrecorded` where none does.
   */
  readonly start: 'first' | 'recorded' | 'unrecorded';
  readonly dropped: { readonly groups: number; readonly records: number };
}

/**
 * Checks a journal's folder without changing it: each group against the chain, each segment against the one before.
 *
 * @param kept a root noted earlier (from a report, or handed to the bureau): the journal must still contain exactly that one, or be
 * continued from it, or record that it was dropped.
 * @param onFile called before each file, with how many are behind it and how many there are.
 */
export async function verifyJournal(
  dir: string,
  kept: Head | null = null,
  onFile: (done: number, of: number) => void = () => undefined,
): Promise<Verification> {
  const state = { plant: null as string | null, fromSeq: 0, seq: 0, sha256: '', groups: 0, records: 0, unfinishedBytes: 0 };
  let before = '';
  const drops: Omit<Dropped, 'segments'>[] = [];
  let rootSeen = kept === null;
  const result = (finding: Finding | null): Verification => {
    const { plant, fromSeq, seq, sha256, groups, records, unfinishedBytes } = state;
    const own = drops.find(({ throughSeq, sha256 }) => throughSeq === fromSeq - 1 && sha256 === before);
    const gone = goneBefore(fromSeq, drops);
    const explained = own !== undefined || (gone[0] !== undefined && gone[0].throughSeq >= fromSeq);
    const start = fromSeq <= 1 ? 'first' : explained ? 'recorded' : 'unrecorded';
    const dropped = { groups: sumOf(gone, 'groups'), records: sumOf(gone, 'records') };
    return { plant, fromSeq, head: { seq, sha256 }, groups, records, unfinishedBytes, finding, start, dropped };
  };
  const whole = (what: Finding['what'], path: string, seq: number): Finding => ({ what, path, seq, record: null, text: null });
  const segments = await listSegments(dir);

  for (const [done, segment] of segments.entries()) {
    onFile(done, segments.length);
    const { path } = segment;
    const first = state.plant === null;
    let headed = false;
    for await (const item of scan(segmentBytes(segment), null)) {
      if (item.kind === 'header') {
        headed = true;
        const { plant, firstSeq, chain } = item.header;
        if (firstSeq !== segment.firstSeq) return result(whole('changed', path, segment.firstSeq));
        if (first) {
          before = chain;
          Object.assign(state, { plant, fromSeq: firstSeq, seq: firstSeq - 1, sha256: chain });
          if (firstSeq === 1 && chain !== genesis(plant)) return result(whole('changed', path, 1));
        } else if (firstSeq !== state.seq + 1) {
          return result(whole(firstSeq > state.seq ? 'removed' : 'added', path, state.seq + 1));
        } else if (chain !== state.sha256 || plant !== state.plant) {
          return result(whole('changed', path, firstSeq));
        }
      } else if (!headed) {
        return result(whole('changed', path, segment.firstSeq));
      } else if (item.kind === 'group') {
        state.seq = item.closing.seq;
        state.sha256 = item.closing.sha256;
        state.groups += 1;
        state.records += item.closing.count;
        drops.push(...droppedIn(item.lines));
        if (kept?.seq === state.seq) {
          if (kept.sha256 !== state.sha256) return result(whole('changed', path, state.seq));
          rootSeen = true;
        }
      } else if (item.kind === 'broken') {
        return result(explain(item, path, state.seq + 1));
      } else if (segment === segments.at(-1) && !segment.sealed) {
        state.unfinishedBytes = item.end - item.start;
      } else {
        return result(whole('damaged', path, state.seq + 1));
      }
    }
    if (!headed) return result(whole('damaged', path, segment.firstSeq));
  }
  if (kept !== null && kept.seq < state.fromSeq) {
    const noted = kept.seq === state.fromSeq - 1 ? before : drops.find(({ throughSeq }) => throughSeq === kept.seq)?.sha256;
    return result(noted === kept.sha256 ? null : whole('removed', dir, kept.seq));
  }
  return result(rootSeen ? null : whole('cut', dir, state.seq + 1));
}

/**
 * The records that together say what went before a group, the latest first, each stretch once: one that was recorded and not deleted
 * before the power went is recorded again.
 */
function goneBefore(fromSeq: number, drops: readonly Omit<Dropped, 'segments'>[]): Omit<Dropped, 'segments'>[] {
  const found: Omit<Dropped, 'segments'>[] = [];
  let at = fromSeq - 1;
  for (const one of drops.toSorted((a, b) => b.throughSeq - a.throughSeq || b.groups - a.groups)) {
    const afterSeq = one.throughSeq - one.groups;
    if (one.throughSeq < at && found.length > 0) at = one.throughSeq;
    if (one.throughSeq < at || afterSeq >= at) continue;
    found.push(one);
    at = afterSeq;
  }
  return found;
}

const sumOf = (drops: readonly Omit<Dropped, 'segments'>[], what: 'groups' | 'records'): number =>
  drops.reduce((sum, one) => sum + one[what], 0);

/** What happened to a group that fails its chain value, as far as its lines' checks tell. */
function explain({ closing, lines }: Extract<Found, { kind: 'broken' }>, path: string, seq: number): Finding {
  const bound = linesOf(lines);
  const wrong: number[] = [];
  let previous = 0;
  for (const [k, line] of bound.entries()) {
    const { due, found } = checkOf(line, previous);
    if (found !== due) wrong.push(k);
    previous = found ?? due;
  }
  const at = (what: Finding['what'], k: number): Finding => {
    const text = bound[k]?.toString('utf8') ?? null;
    return { what, path, seq, record: k + 1, text };
  };
  if (closing === null) return { what: 'changed', path, seq, record: wrong.length > 0 ? wrong[0]! + 1 : null, text: null };
  if (closing.seq !== seq && wrong.length === 0) {
    return { what: closing.seq > seq ? 'removed' : 'reordered', path, seq, record: null, text: null };
  }
  if (bound.length < closing.count) return at('removed', wrong[0] ?? bound.length);
  if (bound.length > closing.count) return at('added', wrong[0] ?? bound.length - 1);
  if (wrong.length === 0) return { what: 'changed', path, seq, record: null, text: null };
  return at(isReordered(bound, wrong[0]!, wrong.at(-1)!) ? 'reordered' : 'changed', wrong[0]!);
}

function linesOf(lines: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0, end = lines.indexOf(10); end >= 0; start = end + 1, end = lines.indexOf(10, start))
    found.push(lines.subarray(start, end));
  return found;
}

/** More lines than this are not tried in another order. */
const TRIED = 2000;

/** Whether the lines from `first` to `last`, in another order, fit the checks that they carry. */
function isReordered(lines: readonly Buffer[], first: number, last: number): boolean {
  if (last === first || last - first > TRIED) return false;
  const left = new Set(lines.slice(first, last + 1));
  let previous = first === 0 ? 0 : (checkOf(lines[first - 1]!, 0).found ?? 0);
  while (left.size > 0) {
    const next = [...left].find((line) => {
      const { due, found } = checkOf(line, previous);
      return due === found;
    });
    if (next === undefined) return false;
    previous = checkOf(next, 0).found!;
    left.delete(next);
  }
  return true;
}
