/**
 * How glibc is to hold memory: one arena for all threads, and what is freed goes back to the system. It reads these when a process starts,
 * never afterwards. The container image, the starter of the bundle and `scripts/tsx.mjs` set them too.
 */
export const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' } as const;

/**
 * DuckDB has an allocator of its own (jemalloc, where it is built for Linux), which keeps what is freed for a while; it reads this when it
 * is loaded. A collector of a hundred thousand points takes some 25 MB less without, and no more of the processor.
 *
 * @source jemalloc 5.3 manual, TUNING, opt.dirty_decay_ms; the name of the variable as libduckdb.so 1.5 spells it
 */
export const DUCKDB_MALLOC = { DUCKDB_JE_MALLOC_CONF: 'dirty_decay_ms:0,muzzy_decay_ms:0' } as const;

/** What runs for years beside other programs. */
const LONG_LIVED = ['run', 'collect', 'ingest', 'serve'];

/** What of a process this goes by. */
export interface Running extends Pick<NodeJS.Process, 'platform' | 'env' | 'execPath' | 'execArgv' | 'argv'> {
  /** To the process that started this one, where there is a channel. */
  readonly send?: ((message: unknown) => boolean) | undefined;
  /** Under Node 22.15 and newer: the program that takes this one's place, with all its arguments and its environment. */
  readonly execve?: ((file: string, args: readonly string[], env: NodeJS.ProcessEnv) => void) | undefined;
}

/**
 * Makes a command that runs for years hold less memory; called before anything is loaded. DuckDB is told what it reads from the
 * environment. For glibc this very process is started again with `MALLOC` in its environment, which saves more with many threads: it stays
 * the process that it is, with its number, standard streams and whoever waits for it. What the environment says already is left as it is.
 *
 * Nothing happens on another system than Linux and for a command that ends by itself. The process is not started again where it talks to
 * the one that started it over a channel (which would be lost), and under a Node without `process.execve` (before 22.15).
 */
export function holdLessMemory(running: Running = process): void {
  const { platform, env, execPath, execArgv, argv } = running;
  const command = argv[2];
  if (platform !== 'linux' || command === undefined || !LONG_LIVED.includes(command)) return;
  for (const [name, value] of Object.entries(DUCKDB_MALLOC)) env[name] ??= value;
  if (running.execve === undefined || running.send !== undefined || Object.keys(MALLOC).some((name) => name in env)) return;
  try {
    running.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...MALLOC });
  } catch {
    // Node's own permissions forbid it: the program runs as well with more memory.
  }
}
