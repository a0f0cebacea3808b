import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** Builds the program into a folder as it is installed. No benchmark of its own. */
export async function build(folder: string): Promise<string> {
  await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), '--no-check', folder], { cwd: ROOT });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
