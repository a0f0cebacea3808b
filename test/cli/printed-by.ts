import { Command } from 'commander';
import { vi } from 'vitest';

/** What a command writes on standard output when it is run in this process; what it says on standard error is kept quiet. */
export async function printedBy(define: (program: Command) => void, ...args: readonly string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const program = new Command().exitOverride();
  define(program);
  await program.parseAsync(['node', 'liangheng', ...args]);
  return out;
}
