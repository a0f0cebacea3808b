import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

interface Audit {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
  readonly message?: string;
  readonly error?: object;
}

/** Severe findings of an audit; null where the registry could not be asked. */
function severe({ metadata, vulnerabilities = {} }: Audit): string[] | null {
  if (metadata === undefined) return null;
  return Object.entries(vulnerabilities).flatMap(([name, { severity }]) => (severity === 'high' || severity === 'critical' ? [name] : []));
}

it('npm audit knows of nothing high or critical in what is installed, or says that it cannot ask', () => {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 60_000 });
  const audit = JSON.parse(stdout === '' ? '{"error":{}}' : stdout) as Audit;
  const found = severe(audit);
  if (found === null) {
    expect(audit.error).toBeDefined();
    process.stderr.write(`npm audit: the registry cannot be asked (${audit.message ?? 'no answer'}); nothing is known.\n`);
  } else expect(found).toEqual([]);
});

it('would notice one', () => {
  const audit = {
    metadata: { vulnerabilities: { high: 1 } },
    vulnerabilities: { 'left-pad': { severity: 'high' }, other: { severity: 'low' } },
  };
  expect(severe(audit)).toEqual(['left-pad']);
});
