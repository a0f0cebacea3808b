// Runs every suite and ends with one line that counts them. A suite that cannot run is named with the reason; in CI that is a failure.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const inCi = process.env.CI === 'true' || process.env.CI === '1';
const only = process.argv.slice(2);
const artefacts = join('test', 'artefacts');
mkdirSync(artefacts, { recursive: true });

const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const failures = [];
const unchecked = [];
const say = (text) => process.stdout.write(`${text}\n`);
const have = (binary) => ['/usr/bin', '/usr/sbin', '/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, binary)));
const pythonHas = (module) => spawnSync('/usr/bin/python3', ['-c', `import ${module}`]).status === 0;

/** What the suites with third parties need: Debian package and how one sees that it is there. */
const PEERS = {
  mosquitto: () => have('mosquitto'),
  'mosquitto-clients': () => have('mosquitto_pub'),
  'protobuf-compiler': () => have('protoc'),
  influxdb: () => have('influxd'),
  'victoria-metrics': () => have('victoria-metrics'),
  'python3-pymodbus': () => pythonHas('pymodbus'),
  'python3-serial': () => pythonHas('serial'),
  'python3-serial-asyncio': () => pythonHas('serial_asyncio'),
  'python3-scipy': () => pythonHas('scipy'),
  'python3-protobuf': () => pythonHas('google.protobuf'),
  mbpoll: () => have('mbpoll'),
  'libmodbus-dev': () => existsSync('/usr/include/modbus/modbus.h'),
  gcc: () => have('gcc'),
  'pkg-config': () => have('pkg-config'),
  socat: () => have('socat'),
  'docker-compose': () => have('docker-compose'),
  'libreoffice-writer-nogui': () => existsSync('/usr/lib/libreoffice/program/libswlo.so'),
  'libreoffice-calc-nogui': () => existsSync('/usr/lib/libreoffice/program/libsclo.so'),
  'poppler-utils': () => have('pdftotext'),
  'fonts-noto-cjk': () => existsSync('/usr/share/fonts/opentype/noto'),
  openssl: () => have('openssl'),
  chromium: () => have('chromium'),
  'chromium-headless-shell': () => have('chromium-headless-shell'),
};
const BROWSER = { chromium: () => have('chromium'), 'fonts-noto-cjk': () => existsSync('/usr/share/fonts/opentype/noto') };

const missing = (packages) => Object.keys(packages).filter((name) => !packages[name]());

/** Installs Debian packages where this user may; returns what is still missing. */
function provide(packages) {
  const wanted = missing(packages);
  if (wanted.length === 0 || !have('apt-get')) return wanted;
  const asRoot = process.getuid?.() === 0 ? [] : have('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : null;
  if (asRoot === null) return wanted;
  say(`Installing Debian packages for the tests: ${wanted.join(' ')}`);
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...wanted);
  return missing(packages);
}

function skip(suite, why) {
  count.skipped += 1;
  skips.push(`${suite}: ${why}`);
}

/** A check that passes or fails as a whole; what it says is shown when it is done, as others run beside it. */
async function check(name, args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
  const [status] = await once(child, 'close');
  say(`\n── ${name}`);
  process.stdout.write(Buffer.concat(said));
  if (status === 0) count.passed += 1;
  else {
    count.failed += 1;
    failures.push(name);
  }
}

/** A suite that hangs is a failure, not a run without end. */
const SUITE_MS = 25 * 60_000;

/** Files with a process of their own, and those that share one. */
const UNIT = ['unit', 'pure'];

function vitest(name, projects, node = process.execPath, env = {}) {
  say(`\n── ${name}`);
  const report = join(artefacts, `${name.replaceAll(/\W+/g, '-')}.json`);
  rmSync(report, { force: true });
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
    // Peers and browsers are processes of their own and get a core; these are not.
    ...(projects.includes('unit') ? ['--maxWorkers=100%'] : []),
  ];
  const done = spawnSync(node, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env }, timeout: SUITE_MS });
  if (!existsSync(report)) {
    count.failed += 1;
    failures.push(`${name}: it ended without a result`);
    return;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
  count.passed += result.numPassedTests;
  count.failed += result.numFailedTests;
  for (const file of result.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'failed') failures.push(`${name}: ${test.fullName}`);
      else if (test.status !== 'passed') skip(`${name}: ${test.fullName}`, test.status);
    }
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      count.failed += 1;
      failures.push(`${name}: ${file.name} did not load`);
    }
  }
  if (done.status !== 0 && failures.length === 0) {
    count.failed += 1;
    failures.push(`${name}: vitest ended with status ${done.status}`);
  }
}

/** A package for tests alone, in a folder of its own under the cache; false where it could not be installed. */
function installed(folder, wanted, file) {
  if (existsSync(join(folder, file))) return true;
  mkdirSync(folder, { recursive: true });
  const npm = process.env.npm_execpath;
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', '--loglevel=error', wanted];
  if (npm?.endsWith('.js')) spawnSync(process.execPath, [npm, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  else spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return existsSync(join(folder, file));
}

/** Node 24 from the registry, where this platform has such a package. */
function nodeTwentyFour() {
  if (process.versions.node.startsWith('24.')) return { node: process.execPath };
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    return { why: `no Node 24 package for ${process.platform} ${process.arch}` };
  const folder = join('node_modules', '.cache', 'node24');
  const binary = join('node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (!installed(folder, `node-linux-${process.arch}@24`, binary)) return { why: 'the package with Node 24 could not be installed' };
  return { node: join(folder, binary) };
}

/** An OPC UA server and client that run on Node 24 only: the server is the peer, the client the optional package under test. */
function opcuaPackages() {
  const { version } = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages['node_modules/node-opcua-client'];
  const folder = join('node_modules', '.cache', `opcua-${version}`);
  if (!installed(folder, `node-opcua@${version}`, join('node_modules', 'node-opcua', 'package.json'))) return null;
  return { NODE_PATH: resolve(folder, 'node_modules'), XDG_CONFIG_HOME: resolve(folder, 'config') };
}

/** Advisories against the locked packages: what nobody answers is told of, and counts as nothing. */
function advisories() {
  say('\n── advisories');
  const { status } = spawnSync(process.execPath, ['scripts/audit.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) count.passed += 1;
  else if (status === 3) unchecked.push('advisories of the npm packages: no audit endpoint answers here');
  else {
    count.failed += 1;
    failures.push('advisories: a package has one of severity high or critical');
  }
}

const suites = {
  types: () =>
    Promise.all([
      check('types', ['node_modules/typescript/bin/tsc', '--noEmit']),
      check('types of the pages', ['node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'dashboards/web']),
    ]),
  lint: () => {
    const floors = ['config', 'collector', 'balance', 'dashboards', 'cli'];
    const cruise = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
    return Promise.all([
      check('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']),
      check('floors', [cruise, '--config', '.dependency-cruiser.cjs', ...floors]),
    ]);
  },
  advisories,
  unit: () => vitest('unit', UNIT),
  'unit on Node 24': () => {
    const { node, why } = nodeTwentyFour();
    if (node) vitest('unit on Node 24', UNIT, node);
    else skip('unit on Node 24', why);
  },
  'OPC UA on Node 24': () => {
    const { node, why } = nodeTwentyFour();
    const env = node && opcuaPackages();
    if (env) vitest('OPC UA on Node 24', ['opcua'], node, env);
    else skip('OPC UA on Node 24', why ?? 'the package node-opcua could not be installed');
  },
  peers: () => {
    const absent = provide(PEERS);
    if (absent.length === 0) vitest('peers', ['peers']);
    else skip('peers', `install these Debian packages: apt-get install ${absent.join(' ')}`);
  },
  browser: () => {
    const absent = provide(BROWSER);
    if (absent.length === 0) vitest('browser', ['browser']);
    else skip('browser', `install these Debian packages: apt-get install ${absent.join(' ')}`);
  },
};

const unknown = only.filter((name) => !(name in suites));
if (unknown.length > 0) {
  say(`There is no suite ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
const wanted = Object.keys(suites).filter((name) => only.length === 0 || only.includes(name));
// Nothing of these depends on time: they share the machine. Tests have it for themselves.
const beside = wanted.filter((name) => name === 'types' || name === 'lint');
await Promise.all(beside.map((name) => suites[name]()));
for (const name of wanted) if (!beside.includes(name)) suites[name]();

if (failures.length > 0) say(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
if (unchecked.length > 0) say(`\nNot checked:\n${unchecked.map((line) => `  ${line}`).join('\n')}`);
if (skips.length > 0) say(`\nSkipped:\n${skips.map((line) => `  ${line}`).join('\n')}`);
say(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 || (inCi && count.skipped > 0) ? 1 : 0;
