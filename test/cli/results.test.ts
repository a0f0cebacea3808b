import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import { BALANCE_VERDICTS, COVERAGE_VERDICTS } from '../../cli/results.ts';
import type { CoverageReport } from '../../collector/coverage/result.ts';
import { balanceAt } from './balance-at.ts';
import { called } from './called.ts';
import { lossyReadings, T0 } from './lossy-readings.ts';

describe('what balance and coverage found, in the DuckDB file', () => {
  const at = balanceAt();
  const plant = () => join(at.dir(), 'plant.yaml');
  const read = async (sql: string): Promise<unknown[]> => {
    const instance = await DuckDBInstance.create(join(at.dir(), 'data', 'two-meters', 'samples.duckdb'), { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    connection.closeSync();
    instance.closeSync();
    return rows;
  };

  it('is what the commands print, and stands there once however often they are run', async () => {
    await at.journal(lossyReadings());
    const { out } = await at.run(plant(), '--json');
    const { balances, revision } = JSON.parse(out) as BalanceReport;
    await at.run(plant(), '--json');
    const [{ closurePercent, imbalance, verdict }] = balances as [BalanceReport['balances'][number]];
    expect(closurePercent).toBeCloseTo(10, 6);
    const kept = await read(
      `SELECT time::DOUBLE AS time, json_extract(fields, '$.closurePercent')::DOUBLE AS closure,
         json_extract(fields, '$.imbalance')::DOUBLE AS imbalance, json_extract(fields, '$.verdict')::INTEGER AS verdict, tags
       FROM results WHERE measurement = 'balance'`,
    );
    expect(kept).toEqual([
      {
        time: T0 + 24 * 3_600_000,
        closure: closurePercent,
        imbalance,
        verdict: BALANCE_VERDICTS.indexOf(verdict),
        tags: expect.any(String),
      },
    ]);
    expect((kept as [{ tags: string }])[0].tags).toContain(`["revision","${revision}"]`);
    const streams = await read(
      `SELECT json_extract(fields, '$.total')::DOUBLE AS total FROM results WHERE measurement = 'stream' ORDER BY total DESC`,
    );
    expect(streams).toEqual([...balances[0]!.streams].map(({ total }) => ({ total })).sort((a, b) => b.total! - a.total!));

    const printed = JSON.parse((await called('coverage', plant(), '--at', '2026-03-05', '--json')).out) as CoverageReport;
    const cells = await read(
      `SELECT tags, json_extract(fields, '$.required')::INTEGER AS required, json_extract(fields, '$.fitted')::INTEGER AS fitted,
         json_extract(fields, '$.verdict')::INTEGER AS verdict FROM results WHERE measurement = 'coverage' ORDER BY tags`,
    );
    const tagsOf = ({ kind, level, rule }: CoverageReport['cells'][number]) =>
      JSON.stringify([
        ['kind', kind],
        ['level', String(level)],
        ['rule', rule],
      ]);
    const expected = printed.cells.map((cell) => ({
      tags: tagsOf(cell),
      required: cell.required,
      fitted: cell.fitted,
      verdict: COVERAGE_VERDICTS.indexOf(cell.verdict),
    }));
    expect(expected.length).toBeGreaterThan(0);
    expect(cells).toEqual(expected.sort((a, b) => (a.tags < b.tags ? -1 : 1)));
  });
});
