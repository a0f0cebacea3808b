// Compiles the program to dist/ and copies the data that it reads at run time beside it.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
const done = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (done.status !== 0) process.exit(done.status ?? 1);
const data = (path) => !path.endsWith('.ts') && !path.includes('node_modules');
cpSync('config', 'dist/config', { recursive: true, filter: data });
const compiled = spawnSync(process.execPath, ['dist/config/rules/compile.js'], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
cpSync('dashboards/web/dist', 'dist/dashboards/web/dist', { recursive: true });
cpSync('package.json', 'dist/package.json');
chmodSync('dist/cli/main.js', 0o755);
