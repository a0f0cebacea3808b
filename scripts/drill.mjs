// `npm run drill [-- KILLS]`: the long form of test/peers/drill.test.ts, 500 kills unless told otherwise, and of the damaged journals.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/peers/drill.test.ts', 'test/collector/journal/damage.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, LIANGHENG_DRILL_KILLS: process.argv[2] ?? '500', LIANGHENG_DAMAGED_JOURNALS: '100000' },
});
process.exitCode = status ?? 1;
