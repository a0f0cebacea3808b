// Runs before start, test, bench, build and liangheng: installs the packages when the lock file changed, compiles the rules and builds
// the pages when their sources changed. Needs nothing but Node and npm. Everything it says goes to standard error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const say = (text) => process.stderr.write(`${text}\n`);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const stored = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`需要 Node.js 20.19 或更高版本，当前为 ${process.versions.node}。`);
  say(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.`);
  process.exit(2);
}

function run(command, args, whatZh, whatEn, NODE_ENV = 'development') {
  const done = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV } });
  if (done.status === 0) return;
  say(`${whatZh}失败；请查看上面的输出。`);
  say(`${whatEn} failed; see the output above.`);
  process.exit(2);
}

function installPackages() {
  const mark = join('node_modules', '.liangheng-lock');
  const wanted = sha256(readFileSync('package-lock.json'), process.versions.modules);
  if (stored(mark) === wanted) return;
  say('正在安装所需的 npm 软件包……\nInstalling npm packages …');
  // npm sets npm_execpath to itself; run it with the same node so that both work as root and not, under npm 10 and 11.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'];
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args], '安装软件包', 'Installing packages');
  else run('npm', args, '安装软件包', 'Installing packages');
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(mark, `${wanted}\n`);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

// Reading the rules' files takes most of a second: it is done here, once, and not by the first command. Rules that do not hold are told of
// by the command that reads them; `compiled.json` bears a hash of everything that it came from, and is not used once that has changed.
function compileRules() {
  const mark = join('node_modules', '.liangheng-rules');
  const sources = filesUnder(join('config', 'rules')).filter((file) => /\.(yaml|ts)$/.test(file));
  const wanted = sha256(
    ...sources.flatMap((file) => [file, readFileSync(file)]),
    readFileSync('package-lock.json'),
    readFileSync('package.json'),
  );
  if (stored(mark) === wanted && existsSync(join('config', 'rules', 'compiled.json'))) return;
  const done = spawnSync(process.execPath, ['--import', 'tsx', join('config', 'rules', 'compile.ts')], { stdio: 'ignore' });
  if (done.status === 0) writeFileSync(mark, `${wanted}\n`);
}

function buildPages() {
  const mark = join('dashboards', 'web', 'dist', '.sources');
  const sources = ['config/words', 'dashboards/web', 'balance/diagram'].filter((folder) => existsSync(folder)).flatMap(filesUnder);
  const wanted = sha256('production', ...sources.flatMap((file) => [file, readFileSync(file)]), readFileSync('package-lock.json'));
  if (stored(mark) === wanted) return;
  say('正在生成网页……\nBuilding the pages …');
  run(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'dashboards/web', '--logLevel', 'error'],
    '生成网页',
    'Building the pages',
    'production',
  );
  // Sent as they are to whoever takes gzip.
  const dist = join('dashboards', 'web', 'dist');
  for (const file of [join(dist, 'index.html'), ...filesUnder(join(dist, 'assets'))])
    if (/\.(html|js|css)$/.test(file)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  writeFileSync(mark, `${wanted}\n`);
}

requireNode();
installPackages();
compileRules();
if (['start', 'test', 'build'].some((event) => process.env.npm_lifecycle_event === `pre${event}`) || process.argv.includes('--pages')) {
  if (existsSync('dashboards/web/index.html') && statSync('dashboards/web').isDirectory()) buildPages();
}
