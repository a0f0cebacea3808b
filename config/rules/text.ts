import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RULES_FOLDER } from './load.ts';

/** The shipped text of the regulations, by line; files are read once. */
export class SourceText {
  readonly #folder: string;
  readonly #files = new Map<string, Promise<readonly string[]>>();

  constructor(folder: string = RULES_FOLDER) {
    this.#folder = join(folder, 'sources');
  }

  /** The lines of a source file, the first at index 0. Rejects where the file is not shipped. */
  lines(file: string): Promise<readonly string[]> {
    let found = this.#files.get(file);
    if (!found) {
      found = readFile(join(this.#folder, file), 'utf8').then((text) => text.split('\n'));
      this.#files.set(file, found);
    }
    return found;
  }

  /** Lines `from` to `to` (1-based, inclusive) joined, without white space. Null where the file has no such lines. */
  async passage(file: string, from: number, to: number): Promise<string | null> {
    const lines = await this.lines(file);
    if (from < 1 || to < from || to > lines.length) return null;
    return bare(lines.slice(from - 1, to).join(''));
  }
}

/** A text without white space: the source breaks lines in the middle of words and pads table cells. */
export function bare(text: string): string {
  return text.replace(/\s+/gu, '');
}
