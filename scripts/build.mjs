// Compiles the program to dist/, or to the folder that is named, and copies the data that it reads at run time beside it. With --no-check
// types are left to the type check: for tests, which run the program as it is installed.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'no-check': { type: 'boolean' } } });
const [out = 'dist'] = positionals;
const into = (path) => join(out, path);
rmSync(out, { recursive: true, force: true });
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', out, ...(values['no-check'] ? ['--noCheck'] : [])];
const done = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
if (done.status !== 0) process.exit(done.status ?? 1);
const data = (path) => !path.endsWith('.ts') && !path.includes('node_modules');
cpSync('config', into('config'), { recursive: true, filter: data });
const compiled = spawnSync(process.execPath, [into('config/rules/compile.js')], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
cpSync('dashboards/web/dist', into('dashboards/web/dist'), { recursive: true });
cpSync('package.json', into('package.json'));
chmodSync(into('cli/main.js'), 0o755);
