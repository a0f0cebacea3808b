import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * `npm run bench [-- NAME …] [--json]`. Each file beside this one that exports `bench` is one benchmark, run in a process of its own so
 * that none warms or burdens another.
 */
interface Result {
  readonly name: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly peers: Readonly<Record<string, number>>;
}

const folder = dirname(fileURLToPath(import.meta.url));
const MARK = '\u0001result ';

async function runOne(file: string): Promise<void> {
  const module = (await import(pathToFileURL(file).href)) as { name: string; bench: () => Promise<Omit<Result, 'name'>> };
  const { metrics, peers } = await module.bench();
  process.stdout.write(`${MARK}${JSON.stringify({ name: module.name, metrics, peers })}\n`);
  process.exit(0);
}

function runAll(wanted: readonly string[], json: boolean): number {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'main.ts' && !file.includes('.child.'))
    .map((file) => file.slice(0, -3))
    .filter((name) => wanted.length === 0 || wanted.includes(name));
  const results: Result[] = [];
  const failed: string[] = [];
  for (const name of names) {
    process.stderr.write(`── ${name}\n`);
    const done = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), '--one', join(folder, `${name}.ts`)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    });
    const line = done.stdout.split('\n').find((text) => text.startsWith(MARK));
    if (done.status !== 0 || line === undefined) {
      failed.push(name);
      continue;
    }
    const result = JSON.parse(line.slice(MARK.length)) as Result;
    results.push(result);
    if (!json) print(result);
  }
  if (json) process.stdout.write(`${JSON.stringify({ benchmarks: results, failed }, null, 2)}\n`);
  for (const name of failed) process.stderr.write(`failed: ${name}\n`);
  return failed.length > 0 || names.length === 0 ? 1 : 0;
}

function print(result: Result): void {
  process.stdout.write(`${result.name}\n`);
  for (const [kind, values] of [['', result.metrics] as const, ['peer ', result.peers] as const]) {
    for (const [key, value] of Object.entries(values)) process.stdout.write(`  ${kind}${key.padEnd(48)} ${Number(value.toPrecision(4))}\n`);
  }
}

const args = process.argv.slice(2);
if (args[0] === '--one') await runOne(args[1]!);
else
  process.exitCode = runAll(
    args.filter((arg) => !arg.startsWith('--')),
    args.includes('--json'),
  );
