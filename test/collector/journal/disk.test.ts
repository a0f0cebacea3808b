import { type FileHandle, mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { verifyJournal } from '../../../collector/journal/verify.ts';

const reading = (i: number): JournalRecord => ({
  kind: 'sample',
  sample: { channel: 'F1', timeMs: i, value: i, quality: 'good', reason: 'none', origin: 'device', raw: null },
});

/** What every file handle inherits from, to let the disk refuse. */
async function handles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}
const refusal = (code: string): Error => Object.assign(new Error(code), { code });

afterEach(() => vi.restoreAllMocks());

it.each([
  ['before a byte was written', 'ENOSPC', 'journal.disk-full', 0],
  ['in the middle of a group', 'ENOSPC', 'journal.disk-full', 30],
  ['at the fdatasync', 'EIO', 'journal.write', null],
])('a disk that refuses %s stops acknowledging, not the journal', async (_, code, fault, written) => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-disk-'));
  const journal = await openJournal(dir, { plant: 'p1' });
  await journal.append([reading(1)]);
  const proto = await handles();
  let next: Promise<number> | undefined;
  const write = proto.write as unknown as (
    this: FileHandle,
    bytes: Uint8Array,
    offset: number,
    length: number,
    at: number,
  ) => Promise<unknown>;
  const refuse = (): never => {
    // What is appended meanwhile waits for the next group.
    next = journal.append([reading(3)]);
    throw refusal(code);
  };
  if (written === null) vi.spyOn(proto, 'datasync').mockImplementationOnce(async () => refuse());
  else {
    vi.spyOn(proto, 'write').mockImplementationOnce(async function (
      this: FileHandle,
      bytes: Uint8Array,
      offset: number,
      _l: number,
      at: number,
    ) {
      if (written > 0) await write.call(this, bytes, offset, written, at);
      refuse();
    } as never);
  }
  const truncating = vi.spyOn(proto, 'truncate');
  await expect(journal.append([reading(2)])).rejects.toMatchObject({ code: fault });
  expect(await next).toBe(2);
  // The kernel may have dropped pages of that handle: it is cut back and closed before anything else is written.
  expect(truncating).toHaveBeenCalledTimes(1);
  expect((truncating.mock.contexts[0] as FileHandle).fd).toBe(-1);
  vi.restoreAllMocks();
  expect(await journal.append([reading(4)])).toBe(3);
  const values: (number | null)[] = [];
  for await (const { records } of journal.groups(0))
    for (const record of records) if (record.kind === 'sample') values.push(record.sample.value);
  expect(values).toEqual([1, 3, 4]);
  await journal.close();
  expect(await verifyJournal(dir)).toMatchObject({ groups: 3, unfinishedBytes: 0, finding: null });
});
