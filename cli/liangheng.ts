import { Command, CommanderError } from 'commander';
import { exitStatusOf, printFaults } from './output.ts';
import { keepHeapSmall } from './small-heap.ts';

/** One file a subcommand; each exports `define(program)`. Only the file that is called is loaded. */
const FILES: Readonly<Record<string, () => Promise<{ define: (program: Command) => void }>>> = {
  check: () => import('./check.ts'),
  'check-apart': () => import('./check-apart.ts'),
  run: () => import('./run.ts'),
  collect: () => import('./collect.ts'),
  simulate: () => import('./simulate.ts'),
  coverage: () => import('./coverage.ts'),
  balance: () => import('./balance.ts'),
  'what-if': () => import('./what-if.ts'),
  reconcile: () => import('./reconcile.ts'),
  report: () => import('./report.ts'),
  options: () => import('./options.ts'),
  claims: () => import('./claims.ts'),
  rules: () => import('./rules.ts'),
  assess: () => import('./assess.ts'),
  probe: () => import('./probe.ts'),
  scan: () => import('./scan.ts'),
  templates: () => import('./templates.ts'),
  commission: () => import('./commission.ts'),
  import: () => import('./import.ts'),
  mark: () => import('./mark.ts'),
  'decode-again': () => import('./decode-again.ts'),
  serve: () => import('./serve.ts'),
  verify: () => import('./verify.ts'),
  stores: () => import('./stores.ts'),
  quarantine: () => import('./quarantine.ts'),
  export: () => import('./export.ts'),
  ingest: () => import('./ingest.ts'),
  drill: () => import('./drill.ts'),
  hj212: () => import('./hj212.ts'),
  oversight: () => import('./oversight.ts'),
  cases: () => import('./cases.ts'),
};

/** What runs for years beside other programs. */
const LONG_LIVED = ['run', 'collect'];

/**
 * Runs one command.
 *
 * @param argv as Node gives it: the program, its file, then the words of the call.
 * @returns the exit status: 0 in order, 1 where what was examined is not in order, 2 where the call or the configuration is wrong.
 */
export async function liangheng(argv: readonly string[]): Promise<number> {
  const program = new Command('liangheng')
    .description(
      '量衡：读取计量器具，核算计量器具配备率，完成物料、水、能源与污染因子平衡。\nReads meters, proves metering coverage, closes balances.',
    )
    .exitOverride()
    .showHelpAfterError();
  const called = argv[2] === 'help' ? argv[3] : argv[2];
  if (called !== undefined && LONG_LIVED.includes(called)) keepHeapSmall();
  const known = called === undefined ? undefined : FILES[called];
  const files = known ? [known] : Object.values(FILES);
  for (const load of files) (await load()).define(program);
  try {
    await program.parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printFaults(error);
    return exitStatusOf(error);
  }
}
