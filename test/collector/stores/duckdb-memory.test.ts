import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../collector/stores/duckdb/database.ts';

test('a file takes rows in little memory, however many it holds: DuckDB keeps nothing of each stretch that was written', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-memory-'));
  const instance = await openDatabase(join(dir, 'samples.duckdb'), { threads: 1, memory: '12MB' });
  const connection = await instance.connect();
  try {
    await connection.run(
      'CREATE TABLE readings(channel INTEGER, time BIGINT, value DOUBLE, quality UTINYINT, reason UTINYINT, origin UTINYINT)',
    );
    // With DuckDB's own settings the 27th is refused for want of memory, and every other after it.
    for (let second = 0; second < 40; second += 1) {
      await connection.run(`INSERT INTO readings
        SELECT i::INTEGER, ${Date.UTC(2026, 0, 1) + second * 1000}, sin(i * 1.37 + ${second})::FLOAT::DOUBLE, 0, 0, 0 FROM range(100000) t(i)`);
    }
    const counted = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM readings');
    expect(counted.getRows()).toEqual([[4_000_000]]);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(dir, { recursive: true, force: true });
  }
}, 120_000);
