// `npm run advisories`: holds the locked packages against the registry's advisories. Exit 0: none of severity high or critical; 1: there are,
// each is named; 3: no audit endpoint answered, so that nothing is known either way, which is said and is no pass.
import { spawnSync } from 'node:child_process';

const say = (text) => process.stderr.write(`${text}\n`);
const npm = process.env.npm_execpath;
const args = ['audit', '--json', '--audit-level=high', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=30000'];
const options = { encoding: 'utf8', maxBuffer: 64 << 20 };
const done = npm?.endsWith('.js') ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);

function answered() {
  try {
    const answer = JSON.parse(done.stdout);
    return answer.metadata?.vulnerabilities === undefined ? null : answer;
  } catch {
    return null;
  }
}

const answer = answered();
if (answer === null) {
  const why = /\b[45]\d\d [A-Z][^\n"]*|E[A-Z]{4,}/.exec(`${done.stdout}\n${done.stderr}`)?.[0] ?? '';
  say(`没有可用的审计端点，软件包的安全公告未核对。No audit endpoint answers: the packages' advisories were not checked. ${why}`.trimEnd());
  process.exitCode = 3;
} else {
  const { high, critical } = answer.metadata.vulnerabilities;
  for (const { name, severity, via } of Object.values(answer.vulnerabilities ?? {})) {
    if (severity !== 'high' && severity !== 'critical') continue;
    const titles = via.map((one) => (typeof one === 'string' ? one : `${one.title} ${one.url}`));
    say(`${severity}: ${name}: ${titles.join('; ')}`);
  }
  say(`${high + critical} packages with advisories of severity high or critical`);
  process.exitCode = high + critical > 0 ? 1 : 0;
}
