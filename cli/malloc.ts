/**
 * How glibc is to hold memory: one arena for all threads, and what is freed goes back to the system. It reads these when a process starts,
 * never afterwards. The container image, the starter of the bundle and `scripts/tsx.mjs` set them too.
 */
export const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' } as const;

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
 * Starts this very process again with `MALLOC` in its environment, where that saves memory: a collector of a hundred thousand points takes
 * some 60 MB less. It stays the process that it is, with its number, standard streams and whoever waits for it; so it is called before
 * anything is loaded. Nothing happens on another system than Linux, for a command that ends by itself, where the environment says
 * something of it already, where the process talks to the one that started it over a channel (which would be lost), and under a Node
 * without `process.execve` (before 22.15).
 */
export function holdLessMemory(running: Running = process): void {
  const { platform, env, execPath, execArgv, argv } = running;
  const command = argv[2];
  if (platform !== 'linux' || running.execve === undefined || running.send !== undefined) return;
  if (command === undefined || !LONG_LIVED.includes(command) || Object.keys(MALLOC).some((name) => name in env)) return;
  try {
    running.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...MALLOC });
  } catch {
    // Node's own permissions forbid it: the program runs as well with more memory.
  }
}
