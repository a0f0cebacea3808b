import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assess } from '../../balance/audit/assess.ts';
import type { PlantProfile, ProfileFlag } from '../../balance/audit/duties.ts';
import { loadCalendar } from '../../config/rules/calendar.ts';
import { lintRules } from '../../config/rules/lint.ts';
import { loadJurisdictions, loadRules, RULES_FOLDER, readRules } from '../../config/rules/load.ts';

export const name = 'rules';

const FLAGS: readonly ProfileFlag[] = ['over-limit', 'over-cap', 'uses-toxics', 'discharges-toxics', 'missed-target', 'compliant'];

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Loading and linting every rule the first time after the set-up of a fresh copy, in a process of its own (issue: ≤ 500 ms), and as an
 * earlier run kept them; reading the YAML itself, which the set-up does once; `assess` of 10,000 plants (≤ 5 s).
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const first = await firstUse();
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
  return {
    metrics: {
      rules: rules.length,
      firstLoadAndLintMs: first.ms,
      firstLoadAndLintCpuMs: first.cpuMs,
      loadAndLintMs,
      readMs,
      assess10000Ms: assessMs,
      duties,
    },
    peers: {},
  };
}

/** A copy without anything that was made, its set-up, and then the first process that reads the rules. */
async function firstUse(): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const copy = await mkdtemp(join(tmpdir(), 'liangheng-bench-rules-'));
  try {
    for (const name of ['config', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'])
      await cp(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => !path.includes('compiled.json') });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await run(process.execPath, ['scripts/setup.mjs'], { cwd: copy });
    await cp(join(import.meta.dirname, 'rules.child.ts'), join(copy, 'first.ts'));
    // What an earlier run kept for the user is out of reach.
    const env = { ...process.env, XDG_CACHE_HOME: join(copy, 'cache') };
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'first.ts'], { cwd: copy, env });
    return JSON.parse(stdout) as { ms: number; cpuMs: number };
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const value = await run();
  return [value, Math.round(performance.now() - start)];
}
