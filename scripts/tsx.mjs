// `node scripts/tsx.mjs FILE …`: what `tsx FILE …` does, with glibc told to give freed memory back (cli/malloc.ts). tsx runs the file in
// a process of its own, which takes over this environment.
if (!('MALLOC_ARENA_MAX' in process.env))
  Object.assign(process.env, { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' });
await import('tsx/cli');
