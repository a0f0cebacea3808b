import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seal } from '../../../collector/journal/seal.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'liangheng-seal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('compresses a segment of several buffers byte for byte, and keeps no other file', async () => {
  const path = join(dir, '1.lhj');
  // Half of it cannot be compressed, so that the compressor takes its time over what it was given.
  const bytes = Buffer.concat([randomFillSync(Buffer.alloc(700_001)), Buffer.alloc(900_003, 'line of text\n')]);
  writeFileSync(path, bytes);
  await seal(path);
  expect(readdirSync(dir)).toEqual(['1.lhj.gz']);
  expect(sha256(gunzipSync(readFileSync(`${path}.gz`)))).toBe(sha256(bytes));
});

it('leaves the segment where its compressed file cannot be written', async () => {
  const path = join(dir, '1.lhj');
  writeFileSync(path, Buffer.alloc(1_000_000, 'line of text\n'));
  mkdirSync(`${path}.gz.unfinished`);
  await expect(seal(path)).rejects.toThrow(/EISDIR/);
  expect(readFileSync(path).length).toBe(1_000_000);
});
