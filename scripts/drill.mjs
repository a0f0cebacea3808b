// `npm run drill [-- SECONDS]`: the long form of test/peers/drill.test.ts, five minutes unless told otherwise.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/peers/drill.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, LIANGHENG_DRILL_SECONDS: process.argv[2] ?? '300' },
});
process.exitCode = status ?? 1;
