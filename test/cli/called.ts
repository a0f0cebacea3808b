import { expect, vi } from 'vitest';
import { liangheng } from '../../cli/liangheng.ts';

/** What a user of the command line sees. */
export interface Called {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What a user sees of a command that prints nothing and says why: the code of the fault stands behind its text. */
export const refused = (code: string, status: 1 | 2 = 2) => ({ status, out: '', err: expect.stringContaining(`[${code}]`) });

/** The command line as a user calls it, in this process: a process of its own for each call takes a second and more. */
export async function called(...words: readonly string[]): Promise<Called> {
  const [out, err]: [string[], string[]] = [[], []];
  const catching = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const status = await liangheng(['node', 'liangheng', ...words]);
    return { status, out: out.join(''), err: err.join('') };
  } finally {
    process.exitCode = before;
    for (const spy of catching) spy.mockRestore();
  }
}
