import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Rule } from './rule.ts';

/**
 * The checked rules of the set-up, the build or earlier runs, by a hash of everything that they came from: parsing and checking them
 * takes most of a second, reading them back a few milliseconds. The folder of earlier runs is the user's own (`XDG_CACHE_HOME`, or
 * `.cache` at home); where it cannot be written, nothing is kept and nothing fails.
 */
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'liangheng');

/** SHA-256 over the rules' files, over the code that checks them, and, as a program that was built has that code elsewhere, over its version. */
export async function rulesKey(rulesFolder: string): Promise<string> {
  const names = await readdir(rulesFolder, { recursive: true });
  const relevant = names.filter((name) => /\.(yaml|ts|js)$/.test(name)).sort();
  const hash = createHash('sha256').update(await readFile(new URL('../../package.json', import.meta.url)));
  const texts = await Promise.all(relevant.map((name) => readFile(join(rulesFolder, name))));
  for (const [index, text] of texts.entries()) hash.update(`${relevant[index]}\n${text.length}\n`).update(text);
  return hash.digest('hex');
}

/** What the set-up and the build leave beside the rules. */
const COMPILED = 'compiled.json';

/** The rules that the set-up or the build checked, null where there are none or one byte of the rules or of their code has changed since. */
export async function compiledRules(rulesFolder: string, key: string): Promise<Rule[] | null> {
  try {
    const compiled = JSON.parse(await readFile(join(rulesFolder, COMPILED), 'utf8')) as { key: string; rules: Rule[] };
    return compiled.key === key ? compiled.rules : null;
  } catch {
    return null;
  }
}

/**
 * Writes checked rules beside their files, for `compiledRules`; whole or not at all.
 *
 * @param key of the files as they were before they were read: what changed meanwhile is seen
 */
export async function compileRules(rulesFolder: string, key: string, rules: readonly Rule[]): Promise<void> {
  const draft = join(rulesFolder, `${COMPILED}.${process.pid}.new`);
  await writeFile(draft, JSON.stringify({ key, rules }));
  await rename(draft, join(rulesFolder, COMPILED));
}

/** The rules kept under a key, null where there are none that can be read. */
export async function keptRules(key: string): Promise<Rule[] | null> {
  try {
    return JSON.parse(await readFile(pathOf(key), 'utf8')) as Rule[];
  } catch {
    return null;
  }
}

/** Keeps rules under a key and drops those of other keys. */
export async function keepRules(key: string, rules: readonly Rule[]): Promise<void> {
  const path = pathOf(key);
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(rules), { mode: 0o600 });
    await rename(draft, path);
    for (const name of await readdir(folder))
      if (/^rules-[0-9a-f]+\.json$/.test(name) && join(folder, name) !== path) await rm(join(folder, name));
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function pathOf(key: string): string {
  return join(folder, `rules-${key}.json`);
}
