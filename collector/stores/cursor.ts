import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Span } from './store.ts';

/** The cursor of a store that cannot keep one itself: a file of its own, replaced as a whole after each confirmed write. */
export interface CursorFile {
  read(): Promise<number>;
  /** Groups stored beyond the cursor, null where there are none. */
  span(): Promise<Span | null>;
  /** Moves the cursor; a span that it reaches the end of, or that `forget` says is not there, is forgotten. */
  write(seq: number, forget?: 'span'): Promise<void>;
  writeSpan(span: Span): Promise<void>;
  /** Whether the server was seen to hold the mark of what it has of this plant. */
  marked(): Promise<boolean>;
  mark(): Promise<void>;
  /** Back to the start: what was stored is gone, and the mark with it. */
  forget(): Promise<void>;
}

interface State {
  readonly seq: number;
  readonly ahead: Span | null;
  readonly marked: boolean;
}

export function cursorFile(path: string): CursorFile {
  let known: State | null = null;
  const state = async (): Promise<State> => {
    known ??= await readState(path);
    return known;
  };
  const put = async (next: State): Promise<void> => {
    const { seq, ahead, marked } = next;
    await replace(path, `${JSON.stringify({ seq, ...(ahead === null ? {} : { ahead }), ...(marked ? { marked } : {}) })}\n`);
    known = next;
  };
  return {
    read: async () => (await state()).seq,
    span: async () => (await state()).ahead,
    async write(seq, forget) {
      const { ahead, marked } = await state();
      await put({ seq, ahead: ahead === null || forget || seq >= ahead.throughSeq ? null : ahead, marked });
    },
    async writeSpan(ahead) {
      await put({ ...(await state()), ahead });
    },
    marked: async () => (await state()).marked,
    async mark() {
      const known = await state();
      if (!known.marked) await put({ ...known, marked: true });
    },
    forget: () => put({ seq: 0, ahead: null, marked: false }),
  };
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

const EMPTY: State = { seq: 0, ahead: null, marked: false };

const isSeq = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** 0 where there is none or it is damaged: the store is then filled from the start, which changes nothing that it holds. */
async function readState(path: string): Promise<State> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as { seq?: unknown; ahead?: Partial<Span> | null; marked?: unknown };
    const { seq, ahead, marked } = read;
    if (!isSeq(seq)) return EMPTY;
    const whole = isSeq(ahead?.afterSeq) && isSeq(ahead.throughSeq);
    return { seq, ahead: whole ? { afterSeq: ahead.afterSeq!, throughSeq: ahead.throughSeq! } : null, marked: marked === true };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
    throw error;
  }
}
