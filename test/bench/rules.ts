import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../balance/audit/assess.ts';
import type { PlantProfile, ProfileFlag } from '../../balance/audit/duties.ts';
import { compiledRules, compileRules, rulesKey } from '../../config/rules/cache.ts';
import { loadCalendar } from '../../config/rules/calendar.ts';
import { lintRules } from '../../config/rules/lint.ts';
import { loadJurisdictions, loadRules, RULES_FOLDER, readRules } from '../../config/rules/load.ts';

export const name = 'rules';

const FLAGS: readonly ProfileFlag[] = ['over-limit', 'over-cap', 'uses-toxics', 'discharges-toxics', 'missed-target', 'compliant'];

/**
 * Loading and linting every rule as the build leaves them, the first time (issue: ≤ 500 ms), and as an earlier run kept them; reading the
 * YAML itself; `assess` of 10,000 plants (≤ 5 s).
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const built = await mkdtemp(join(tmpdir(), 'liangheng-bench-rules-'));
  await cp(RULES_FOLDER, built, { recursive: true });
  await compileRules(built, await loadRules());
  const [, firstLoadAndLintMs] = await timed(async () => {
    const loaded = await compiledRules(built, await rulesKey(built));
    if (loaded === null || (await lintRules(loaded, built)).length > 0) throw new Error('the rules of the build do not hold');
  });
  await rm(built, { recursive: true });
  const [rules, loadAndLintMs] = await timed(async () => {
    const loaded = await loadRules();
    const faults = await lintRules(loaded);
    if (faults.length > 0) throw new Error(`${faults.length} rules do not hold`);
    return loaded;
  });
  const [, readMs] = await timed(() => readRules(RULES_FOLDER));
  const calendar = await loadCalendar();
  const jurisdictions = (await loadJurisdictions()).map(({ id }) => id);
  const atMs = Date.parse('2009-09-20T12:00:00+08:00');
  const [duties, assessMs] = await timed(() => {
    let count = 0;
    for (let i = 0; i < 10_000; i += 1) {
      const profile: PlantProfile = {
        jurisdiction: jurisdictions[i % jurisdictions.length]!,
        is: new Set([FLAGS[i % FLAGS.length]!, FLAGS[(i * 7) % FLAGS.length]!]),
        quantities: {},
        events: { 'list-published': '2009-01-05', 'previous-audit': '2005-06-30' },
      };
      count += assess(rules, profile, atMs, calendar).duties.length;
    }
    return Promise.resolve(count);
  });
  return { metrics: { rules: rules.length, firstLoadAndLintMs, loadAndLintMs, readMs, assess10000Ms: assessMs, duties }, peers: {} };
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const value = await run();
  return [value, Math.round(performance.now() - start)];
}
