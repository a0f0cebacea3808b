import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { storeContract } from './contract.ts';

describe('the DuckDB store', () => {
  storeContract(
    async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'liangheng-duckdb-')), 'samples.duckdb');
      return { open: () => openDuckdbStore(path, { threads: 1, memory: '512MB' }) };
    },
    { atomic: true },
  );
});
