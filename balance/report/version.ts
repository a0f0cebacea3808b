import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let version: string | undefined;

/** Version of this program, from the package it lies in: beside the sources, or above the built files. */
export function programVersion(): string {
  version ??= read(dirname(fileURLToPath(import.meta.url)));
  return version;
}

function read(folder: string): string {
  const path = join(folder, 'package.json');
  if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  const above = dirname(folder);
  if (above === folder) throw new Error('no package.json lies above this file');
  return read(above);
}
