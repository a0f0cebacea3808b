import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Lies at the top of a fresh copy: loads and lints its rules and tells how long that took.
const module = (name: string) => import(pathToFileURL(join(process.cwd(), 'config', 'rules', name)).href) as Promise<unknown>;
const { loadRules } = (await module('load.ts')) as typeof import('../../config/rules/load.ts');
const { lintRules } = (await module('lint.ts')) as typeof import('../../config/rules/lint.ts');
const start = performance.now();
const cpu = process.cpuUsage();
const faults = await lintRules(await loadRules());
const { user, system } = process.cpuUsage(cpu);
if (faults.length > 0) throw new Error(`${faults.length} rules do not hold`);
process.stdout.write(JSON.stringify({ ms: Math.round(performance.now() - start), cpuMs: Math.round((user + system) / 1000) }));
