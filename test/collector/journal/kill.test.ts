import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { follow } from '../../../collector/stores/follow.ts';

const KILLS = 10;
const CHILD = join(import.meta.dirname, 'appender.child.ts');

/** Runs the child from reading `first` on, kills it some milliseconds after its first word, and returns what it had confirmed. */
function runAndKill(dir: string, first: number, afterMs: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dir, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [said, complained, killing] = ['', '', false];
    child.stderr.on('data', (text: Buffer) => {
      complained += String(text);
    });
    child.stdout.on('data', (text: Buffer) => {
      said += String(text);
      if (killing) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(complained));
      const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
      resolve(lines.filter((line) => line !== 'ready').map(Number));
    });
  });
}

it(`loses nothing that was confirmed and doubles nothing when killed ${KILLS} times`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-kill-'));
  const confirmed: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    confirmed.push(...(await runAndKill(dir, 10_000_000 * (kill + 1), Math.random() * 150)));
  }
  const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
  const seen = new Map<number, number>();
  for await (const { records } of journal.groups(0)) {
    for (const record of records) {
      if (record.kind === 'sample') seen.set(record.sample.timeMs, (seen.get(record.sample.timeMs) ?? 0) + 1);
    }
  }
  expect(confirmed.length).toBeGreaterThan(KILLS);
  for (const from of confirmed) for (let k = 0; k < 7; k += 1) expect(seen.get(from + k)).toBe(1);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);

  const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '256MB' });
  await follow(journal, store, { untilHead: true });
  const { timeMs, value } = await store.reader.samples('F1', 0, 1e15);
  expect([...timeMs]).toEqual([...seen.keys()].sort((a, b) => a - b));
  for (const [i, time] of timeMs.entries()) expect(value[i]).toBe(time / 3);
  await store.close();
  await journal.close();
}, 240_000);
