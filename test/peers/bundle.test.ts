import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** The archive that is carried into a plant without a network, unpacked where nothing of the repository is, by tar as plants have it. */
let [folder, built, unpacked] = ['', '', ''];
const done = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 64 << 20 });
  return { status, stdout, stderr };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  built = mkdtempSync(join(cache, 'liangheng-'));
  const archive = join(folder, 'liangheng.tar');
  expect(done(process.execPath, ['scripts/build.mjs', '--no-check', built])).toMatchObject({ status: 0 });
  expect(done(process.execPath, ['scripts/bundle.mjs', '--from', built, '--out', archive])).toMatchObject({ status: 0 });
  expect(done('tar', ['-xf', archive, '-C', folder])).toMatchObject({ status: 0 });
  rmSync(archive);
  unpacked = join(folder, readdirSync(folder)[0]!);
}, 600_000);

afterAll(() => {
  for (const made of [folder, built]) rmSync(made, { recursive: true, force: true });
});

/** The program as it is started there; an npm that is called leaves a mark. */
function liangheng(...words: string[]) {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const mark = join(bin, 'called');
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\ntouch '${mark}'\nexit 99\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  symlinkSync(process.execPath, join(bin, 'node'));
  const env = { PATH: [bin, '/usr/bin', '/bin'].join(delimiter), HOME: bin, LIANGHENG_DATA: join(bin, 'data') };
  return { ...done(join(unpacked, 'liangheng'), words, env), npmCalled: existsSync(mark) };
}

it('starts, with every command and without npm', () => {
  const { status, stdout, npmCalled } = liangheng('--help');
  expect({ status, npmCalled }).toEqual({ status: 0, npmCalled: false });
  for (const command of ['run', 'check', 'balance', 'report', 'hj212']) expect(stdout).toContain(`\n  ${command} `);
});

it('checks the example that it brings', () => {
  const { status, stdout, npmCalled } = liangheng('check', join(unpacked, 'dist/config/examples/yunnan-phosphate'), '--json');
  expect({ status, npmCalled }).toEqual({ status: 0, npmCalled: false });
  expect(JSON.parse(stdout)).toMatchObject({ faults: [] });
});

it('brings the pages and the packages that the program names, and none that is for development alone', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
  expect(existsSync(join(unpacked, 'dist/dashboards/web/dist/index.html'))).toBe(true);
  const has = (name: string): boolean => existsSync(join(unpacked, 'node_modules', name, 'package.json'));
  expect(Object.keys(dependencies!).filter((name) => !has(name))).toEqual([]);
  for (const name of ['typescript', 'vitest', 'vite', 'tsx'])
    expect([name, name in devDependencies!, has(name)]).toEqual([name, true, false]);
});
