// `npm run drill [-- KILLS]`: the long form of test/peers/drill.test.ts, 500 kills unless told otherwise, of the damaged journals, of a million HJ 212 packets, and of 20,000 simulated windows.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const run = (file, env) =>
  spawnSync(process.execPath, [vitest, 'run', file], { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
const wires = run('test/collector/sources/modbus/million.test.ts', { LIANGHENG_EXCHANGES: '1000000' });
const stores = run('test/peers/drill.test.ts', { LIANGHENG_DRILL_SECONDS: '0', LIANGHENG_DRILL_KILLS: process.argv[2] ?? '500' });
const journals = run('test/collector/journal/damage.test.ts', { LIANGHENG_DAMAGED_JOURNALS: '100000' });
const packets = run('test/collector/sources/hj212/fuzz.test.ts', { LIANGHENG_FUZZ: '1000000' });
const windows = run('test/balance/network/false-alarms.test.ts', { LIANGHENG_WINDOWS: '20000' });
process.exitCode = Math.max(wires, stores, journals, packets, windows);
