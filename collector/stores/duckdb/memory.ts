import type { DuckDBConnection } from '@duckdb/node-api';

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes of an amount of memory as DuckDB spells it, `512MB`, `1.5 GiB`; +∞ for what is spelt otherwise (`80%`). */
export function bytesOf(memory: string): number {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b)\s*$/i.exec(memory) ?? [];
  return amount === undefined ? Number.POSITIVE_INFINITY : Number(amount) * UNITS[unit!.toLowerCase()]!;
}

/** What it takes to count the samples of a hundred thousand channels. */
const TO_COUNT = '256MB';

/** Does what has to look at everything in the file, with more memory for as long as it lasts where less was granted. */
export async function withMemoryToCount<T>(connection: DuckDBConnection, granted: string, work: () => Promise<T>): Promise<T> {
  if (bytesOf(granted) >= bytesOf(TO_COUNT)) return work();
  await connection.run(`SET memory_limit = '${TO_COUNT}'`);
  try {
    return await work();
  } finally {
    await connection.run(`SET memory_limit = '${granted}'`);
  }
}
