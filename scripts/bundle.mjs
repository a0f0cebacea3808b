// `npm run bundle [-- --out FILE --from BUILT --with-node]`: one archive with the program as it is built, its pages, and the packages that it
// runs on, to be carried into a plant without a network. It runs where it was made for: this system, processor and major version of Node.
// The packages are those of the lock file without its development part, as they stand in node_modules: npm is not called.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const name = `liangheng-${version}-${process.platform}-${process.arch}-node${process.versions.node.split('.')[0]}`;
const { values } = parseArgs({
  options: { out: { type: 'string', default: `${name}.tar.gz` }, from: { type: 'string' }, 'with-node': { type: 'boolean' } },
});

const staging = mkdtempSync(join(tmpdir(), 'liangheng-bundle-'));
try {
  const folder = join(staging, name);
  mkdirSync(folder);
  program(folder);
  packages(folder);
  starters(folder);
  for (const file of ['package.json', 'README.md', 'README.zh.md', 'CHANGELOG.md', 'LICENSE']) copyFileSync(file, join(folder, file));
  linked('docs', join(folder, 'docs'));
  // GNU tar and bsdtar alike; the ending of the name says whether it is compressed.
  run('tar', [values.out.endsWith('.gz') ? '-chzf' : '-chf', resolve(values.out), '-C', staging, name]);
  process.stdout.write(`${values.out}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw error ?? new Error(`${command} ended with ${status}`);
}

function program(folder) {
  if (values.from === undefined) run(process.execPath, ['scripts/build.mjs']);
  linked(values.from ?? 'dist', join(folder, 'dist'));
}

/** Packages of the lock file that are installed and not for development alone; what lies inside one comes with it. */
function packages(folder) {
  const { packages: locked } = JSON.parse(readFileSync(join('node_modules', '.package-lock.json'), 'utf8'));
  for (const [path, { dev }] of Object.entries(locked)) {
    if (!dev && existsSync(path) && path.lastIndexOf('node_modules') === 0) linked(path, join(folder, path));
  }
}

/** Nothing is copied: tar follows the link. */
function linked(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(resolve(from), to, 'junction');
}

/** `liangheng` and `liangheng.cmd`, which start the program with the Node beside them, else with the one of the system. */
function starters(folder) {
  if (values['with-node']) copyFileSync(process.execPath, join(folder, basename(process.execPath)));
  const sh = [
    '#!/bin/sh',
    'here=$(dirname "$(readlink -f "$0")")',
    'node=node; [ -x "$here/node" ] && node="$here/node"',
    '# glibc gives memory that was freed back to the system, instead of keeping it for threads that may want it.',
    '[ -n "$MALLOC_ARENA_MAX" ] || export MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072',
    'exec "$node" "$here/dist/cli/main.js" "$@"',
  ];
  writeFileSync(join(folder, 'liangheng'), `${sh.join('\n')}\n`);
  chmodSync(join(folder, 'liangheng'), 0o755);
  const cmd = [
    '@echo off',
    'set "NODE_OF_LIANGHENG=node"',
    'if exist "%~dp0node.exe" set "NODE_OF_LIANGHENG=%~dp0node.exe"',
    '"%NODE_OF_LIANGHENG%" "%~dp0dist\\cli\\main.js" %*',
  ];
  writeFileSync(join(folder, 'liangheng.cmd'), `${cmd.join('\r\n')}\r\n`);
}
