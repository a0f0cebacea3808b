import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { DUCKDB_MALLOC, holdLessMemory, MALLOC, type Running } from '../../cli/malloc.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Loaded before the program: says that a process begins, and with what. */
const WATCH = `data:text/javascript,${encodeURIComponent(
  "console.log(JSON.stringify(['began', process.pid, process.env.MALLOC_ARENA_MAX ?? null]))",
)}`;

/** The program as it is started, with what it said of each beginning. */
async function started(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MALLOC_')));
  const args = ['--import', WATCH, '--import', 'tsx', 'cli/main.ts', ...words];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number]>]);
  const began = out
    .split('\n')
    .flatMap((line) => (line.startsWith('["began"') ? [JSON.parse(line) as [string, number, string | null]] : []));
  return { pid: child.pid, began: began.map(([, pid, arenas]) => ({ pid, arenas })), out, err, status };
}

it('a command that runs for years begins again as the same process, with glibc told to give memory back, where Node can', async () => {
  const { pid, began, err, status } = await started(['collect', '/no/such/plant.yaml']);
  const again = process.platform === 'linux' && 'execve' in process;
  expect(began).toEqual([{ pid, arenas: null }, ...(again ? [{ pid, arenas: MALLOC.MALLOC_ARENA_MAX }] : [])]);
  expect({ status, warned: /Experimental|execve/.test(err) }).toEqual({ status: 2, warned: false });
  expect(err).toContain('/no/such/plant.yaml');
}, 120_000);

it('with the arguments of the call and all of the environment', () => {
  const execve = vi.fn();
  const running = { platform: 'linux' as const, env: { PATH: '/bin' }, execPath: '/node', execArgv: ['--inspect'], execve };
  const call = (argv: string[], more: Partial<Running> = {}): number => {
    execve.mockClear();
    holdLessMemory({ ...running, env: { ...running.env }, argv, ...more });
    return execve.mock.calls.length;
  };
  for (const command of ['run', 'collect', 'ingest', 'serve']) {
    expect(call(['/node', '/main.js', command, 'plant', '--simulate'])).toBe(1);
    const args = ['/node', '--inspect', '/main.js', command, 'plant', '--simulate'];
    expect(execve).toHaveBeenCalledWith('/node', args, { PATH: '/bin', ...DUCKDB_MALLOC, ...MALLOC });
  }
  const collect = ['/node', '/main.js', 'collect'];
  // Nothing for what ends by itself, elsewhere than on Linux, where someone set it otherwise, or over a channel that would be lost.
  for (const command of ['check', 'report', '--help']) expect(call(['/node', '/main.js', command])).toBe(0);
  expect(call(['/node', '/main.js'])).toBe(0);
  expect(call(collect, { platform: 'darwin' })).toBe(0);
  for (const name of Object.keys(MALLOC)) expect(call(collect, { env: { [name]: '4' } })).toBe(0);
  expect(call(collect, { send: () => true })).toBe(0);
  expect(call(collect, { execve: undefined })).toBe(0);
  execve.mockImplementationOnce(() => {
    throw new Error('ERR_ACCESS_DENIED');
  });
  expect(() => holdLessMemory({ ...running, argv: collect })).not.toThrow();
});

it("DuckDB's own allocator is told too, of what runs for years, unless the environment says something of it", () => {
  const of = (argv: string[], env: NodeJS.ProcessEnv = {}, more: Partial<Running> = {}) => {
    holdLessMemory({ platform: 'linux', env, execPath: '/node', execArgv: [], argv: ['/node', '/main.js', ...argv], ...more });
    return env;
  };
  expect(of(['collect', 'plant'])).toEqual(DUCKDB_MALLOC);
  expect(of(['collect', 'plant'], { MALLOC_ARENA_MAX: '2' })).toEqual({ MALLOC_ARENA_MAX: '2', ...DUCKDB_MALLOC });
  expect(of(['serve', 'plant'], { DUCKDB_JE_MALLOC_CONF: 'narenas:1' })).toEqual({ DUCKDB_JE_MALLOC_CONF: 'narenas:1' });
  expect(of(['report', 'plant'])).toEqual({});
  expect(of(['collect', 'plant'], {}, { platform: 'darwin' })).toEqual({});
});

it('all that starts the program says the same', () => {
  const says = (file: string, write: (name: string, value: string) => string) => {
    const content = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    return Object.entries(MALLOC).filter(([name, value]) => !content.includes(write(name, value)));
  };
  const assigned = (name: string, value: string) => `${name}=${value}`;
  expect(says('Dockerfile', assigned)).toEqual([]);
  expect(says('scripts/bundle.mjs', assigned)).toEqual([]);
  expect(says('scripts/tsx.mjs', (name, value) => `${name}: '${value}'`)).toEqual([]);
});
