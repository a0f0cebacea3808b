import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../config/words/fault.ts';
import { closingLine, headerLine, nextChain } from './chain.ts';
import { GroupText } from './group-text.ts';
import { HeldGroups } from './held.ts';
import { type Entry, isBatch } from './record.ts';
import type { End } from './recover.ts';
import { seal, syncFolder } from './seal.ts';
import { listSegments, sealedAlready, segmentName } from './segment.ts';

/** A group is not larger than this, so that a reader holds it in memory with ease. */
const GROUP_RECORDS = 25_000;
const MOST_SPARES = 2;

export interface Head {
  /** Sequence of the last group on disk, 0 in an empty journal. */
  readonly seq: number;
  /** Chain value after it. */
  readonly sha256: string;
}

/** Records that will be written together, and those who wait for it. */
interface Group {
  readonly text: GroupText;
  readonly entries: Entry[];
  readonly waiting: { resolve(seq: number): void; reject(error: unknown): void }[];
}

/** The file that is being written. Groups go to explicit offsets, so that what a failed write left behind is written over. */
interface Open {
  readonly firstSeq: number;
  readonly path: string;
  readonly handle: FileHandle;
  offset: number;
}

/** Writes groups of lines one at a time: bytes, fdatasync, then everyone who waited for it. */
export class GroupWriter {
  onGroup: () => void = () => undefined;
  /** Groups that need not be read back. */
  readonly held = new HeldGroups();
  readonly #dir: string;
  readonly #plant: string;
  readonly #options: { readonly gatherMs: number; readonly segmentBytes: number };
  #seq: number;
  #chain: string;
  #reopen: End['segment'];
  #file: Open | null = null;
  /** The last of them takes what is appended while the disk is busy. */
  readonly #groups: Group[] = [];
  /** Texts whose memory is used again: one is filled while another is written. */
  readonly #spares: GroupText[] = [];
  #running: Promise<void> | null = null;
  #sealing: Promise<void>;
  #closed: boolean = false;

  constructor(dir: string, plant: string, end: End, options: { readonly gatherMs: number; readonly segmentBytes: number }) {
    this.#dir = dir;
    this.#plant = plant;
    this.#options = options;
    this.#seq = end.seq;
    this.#chain = end.chain;
    this.#reopen = end.segment;
    this.#sealing = this.#sealForgotten();
  }

  head(): Head {
    return { seq: this.#seq, sha256: this.#chain };
  }

  /** The byte up to which the growing segment is on disk; null where no segment is growing. */
  written(): { readonly firstSeq: number; readonly offset: number } | null {
    return this.#file ?? this.#reopen;
  }

  /** @throws RangeError where one of the entries breaks the rules: then none of them is kept. */
  append(added: readonly Entry[]): Promise<number> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    const count = added.reduce((sum, entry) => sum + (isBatch(entry) ? entry.channels.length : entry.length), 0);
    if (count === 0) return Promise.resolve(this.#seq);
    return new Promise((resolve, reject) => {
      const { text, entries, waiting } = this.#groupFor(count);
      text.addAll(added);
      for (const entry of added) entries.push(entry);
      waiting.push({ resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#file?.handle.close();
    this.#file = null;
    await this.#sealing;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#groups.length > 0) {
      if (this.#options.gatherMs > 0 && !this.#closed) await setTimeout(this.#options.gatherMs);
      const { text, entries, waiting } = this.#groups.shift() as Group;
      try {
        if (text.count > 0) await this.#write(text);
      } catch (cause) {
        const fault = refused(this.#file?.path ?? this.#dir, cause);
        for (const { reject } of waiting) reject(fault);
        continue;
      }
      if (text.clear() && this.#spares.length < MOST_SPARES) this.#spares.push(text);
      if (entries.length > 0) this.held.add(this.#seq, this.#chain, entries);
      for (const { resolve } of waiting) resolve(this.#seq);
      if (waiting.length > 0) this.onGroup();
    }
    this.#running = null;
  }

  /** The group that takes so many more records. */
  #groupFor(count: number): Group {
    const last = this.#groups.at(-1);
    if (last !== undefined && (last.text.count === 0 || last.text.count + count <= GROUP_RECORDS)) return last;
    const group: Group = { text: this.#spares.pop() ?? new GroupText(), entries: [], waiting: [] };
    this.#groups.push(group);
    return group;
  }

  async #write(text: GroupText): Promise<void> {
    const file = await this.#growing();
    const seq = this.#seq + 1;
    const chain = nextChain(this.#chain, text.bytes);
    const bytes = text.closed(closingLine({ seq, count: text.count, sha256: chain }));
    try {
      await writeAll(file.handle, bytes, file.offset);
      await file.handle.datasync();
    } catch (error) {
      await this.#abandon(file);
      throw error;
    }
    file.offset += bytes.length;
    this.#seq = seq;
    this.#chain = chain;
  }

  async #growing(): Promise<Open> {
    if (this.#file && this.#file.offset >= this.#options.segmentBytes) {
      const { handle, path } = this.#file;
      this.#file = null;
      await handle.close();
      this.#sealLater(path);
    }
    this.#file ??= this.#reopen ? await this.#open(this.#reopen) : await this.#create();
    return this.#file;
  }

  async #open(at: NonNullable<End['segment']>): Promise<Open> {
    const handle = await open(at.path, 'r+');
    this.#reopen = null;
    return { ...at, handle };
  }

  async #create(): Promise<Open> {
    const firstSeq = this.#seq + 1;
    const path = join(this.#dir, segmentName(firstSeq));
    const handle = await open(path, 'w', 0o600);
    try {
      const header = Buffer.from(headerLine({ plant: this.#plant, firstSeq, chain: this.#chain }));
      await writeAll(handle, header, 0);
      await syncFolder(this.#dir);
      return { firstSeq, path, handle, offset: header.length };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * After a refused write the kernel may have dropped pages that it says are clean: the file is closed, cut to what is known to be on
   * disk, and opened anew for the next group.
   */
  async #abandon(file: Open): Promise<void> {
    this.#file = null;
    this.#reopen = { firstSeq: file.firstSeq, path: file.path, offset: file.offset };
    await file.handle.truncate(file.offset).catch(() => undefined);
    await file.handle.close().catch(() => undefined);
  }

  #sealLater(path: string): void {
    this.#sealing = this.#sealing.then(() => seal(path)).catch(() => undefined);
  }

  /**
   * Segments that a crash kept from being sealed, or from being deleted once they were: left beside the sealed file, one would come to
   * light when that is dropped.
   */
  async #sealForgotten(): Promise<void> {
    const behind = this.#reopen?.firstSeq ?? this.#seq + 1;
    for (const path of await sealedAlready(this.#dir)) await rm(path, { force: true }).catch(() => undefined);
    for (const segment of await listSegments(this.#dir)) {
      if (!segment.sealed && segment.firstSeq < behind) await seal(segment.path).catch(() => undefined);
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
}

function refused(path: string, cause: unknown): Fault {
  const code = (cause as NodeJS.ErrnoException).code;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new Fault({
    code: full ? 'journal.disk-full' : 'journal.write',
    place: path,
    zh: full ? '磁盘已满，读数未能存入日志；腾出空间后自动恢复' : `日志写入失败：${code ?? String(cause)}`,
    en: full
      ? 'the disk is full, readings cannot be recorded; free some space and recording resumes'
      : `the journal could not be written: ${code ?? String(cause)}`,
    exitStatus: 1,
    cause,
  });
}
