import { defineConfig } from 'vitest/config';
import { PURE } from './test/pure.ts';

const unit = ['config', 'collector', 'balance', 'dashboards', 'cli', 'house'].map((folder) => `test/${folder}/**/*.test.ts`);
const pure = PURE.map((folder) => `test/${folder}/**/*.test.ts`);

/** Suites with servers and browsers of others, which take their time on a busy machine. */
const patient = { testTimeout: 180_000, hookTimeout: 180_000 };

/** Needs Node 22 or newer. */
const OPCUA = 'test/peers/opcua.test.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: ['test/seed.ts'],
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'unit', include: unit, exclude: pure } },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: { name: 'peers', include: ['test/peers/**/*.test.ts'], exclude: [OPCUA], ...patient },
      },
      { extends: true, test: { name: 'opcua', include: [OPCUA], ...patient } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...patient } },
    ],
  },
});
