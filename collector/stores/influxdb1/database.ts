import type { InfluxDB } from 'influx';

/** Creates the database where it is absent, its retention without end written out: a default of the server's must not drop readings. @returns whether it was absent. */
export async function ensureDatabase(client: InfluxDB, database: string): Promise<boolean> {
  const names = await client.getDatabaseNames();
  if (names.includes(database)) return false;
  const name = `"${database.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  await client.query(`CREATE DATABASE ${name} WITH DURATION INF REPLICATION 1 NAME "readings"`);
  return true;
}
