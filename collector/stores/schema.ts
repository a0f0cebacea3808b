import { Fault } from '../../config/words/fault.ts';
import type { Sender } from './halve.ts';
import { type Result, type Results, resultLines } from './results.ts';

/** What keeping a version needs of an engine, see `RemoteEngine`. */
interface Server extends Pick<Sender, 'post' | 'statusOf'> {
  readonly readResults?: Results['read'];
  readonly plant?: string;
  readonly process?: string | undefined;
  describe?(timeMs: number): readonly Result[];
}

/** What a server needs done, beyond writing the version, so that data of version `n` are data of version `n + 1`; all may be done again. */
const STEPS: readonly ((keeper: SchemaKeeper) => void)[] = [
  // 1 to 2: `channel` says what each channel is.
  (keeper) => keeper.describeAgain(),
];

/** The layout in which this release writes to servers; docs/stores.md lists them. */
export const SCHEMA = STEPS.length + 1;

const DAY_MS = 86_400_000;
const LINES = 5_000;
const UNREADABLE: readonly (number | null)[] = [401, 403, 404];
const REFUSALS: readonly (number | null)[] = [400, 413, 422];

/**
 * The version of the layout of one plant's data on a server, kept there as measurement `schema`, field `version`. Data without one are of
 * version 1.
 */
export class SchemaKeeper {
  readonly #engine: Server;
  readonly #place: string;
  #version = SCHEMA;
  #describedMs = Number.NEGATIVE_INFINITY;
  /** Time of the newest mark. */
  #markedMs = Number.NEGATIVE_INFINITY;

  constructor(engine: Server, place: string) {
    this.#engine = engine;
    this.#place = place;
  }

  /**
   * Reads the version before anything is written. One that may not be read (a login that only writes) is taken to be today's.
   *
   * @returns whether the server holds one that this process wrote, where several write; null where it cannot be known.
   * @throws Fault store.format where a newer release wrote there: nothing is written to it.
   */
  async check(): Promise<boolean | null> {
    const { readResults } = this.#engine;
    if (readResults === undefined) return null;
    const found = await readResults('schema', 0, LATEST_MS).catch((error: unknown) => {
      if (UNREADABLE.includes(statusOf(error))) return null;
      throw error;
    });
    if (found === null) return null;
    const own = found.filter(({ tags }) => tags.process === this.#engine.process);
    this.#markedMs = own.reduce((newest, { timeMs }) => Math.max(newest, timeMs), Number.NEGATIVE_INFINITY);
    this.#version = found.reduce((most, { fields }) => Math.max(most, fields.version ?? 1), 1);
    if (this.#version > SCHEMA) throw tooNew(this.#place, this.#version);
    for (const step of STEPS.slice(this.#version - 1)) step(this);
    // Before several processes were told apart, their marks bore no name.
    const unnamed = found.some(({ tags }) => tags.process === undefined);
    return own.length === 0 && unnamed ? null : own.length > 0;
  }

  describeAgain(): void {
    this.#describedMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * After a write that was confirmed: once a day what the channels are; the version where it was another, and once a day too, so that it
   * is never older than what a server keeps.
   *
   * @returns whether the version was written now.
   */
  async settle(nowMs: number): Promise<boolean> {
    const { plant = '', process, describe } = this.#engine;
    const due: Result[] = [];
    const isOld = (timeMs: number): boolean => nowMs - timeMs >= DAY_MS || nowMs < timeMs;
    if (isOld(this.#describedMs)) due.push(...(describe?.(nowMs) ?? []));
    // The version last: before it, the steps are done again.
    const marks = isOld(this.#markedMs) || this.#version < SCHEMA;
    if (marks)
      due.push({ measurement: 'schema', timeMs: nowMs, tags: process === undefined ? {} : { process }, fields: { version: SCHEMA } });
    const lines = resultLines(plant, due);
    for (let from = 0; from < lines.length; from += LINES) {
      await this.#engine.post(lines.slice(from, from + LINES)).catch((error: unknown) => {
        if (!REFUSALS.includes(this.#engine.statusOf(error))) throw error;
      });
    }
    [this.#version, this.#describedMs] = [SCHEMA, nowMs];
    if (marks) this.#markedMs = nowMs;
    return marks;
  }
}

/** Clocks of plants may be wrong by years. */
const LATEST_MS = Date.UTC(2262, 0);

/** HTTP status of a refused question, as the clients report it; null where there is none. */
function statusOf(error: unknown): number | null {
  const { status, res } = error as { readonly status?: unknown; readonly res?: { readonly statusCode?: unknown } };
  const code = status ?? res?.statusCode;
  return typeof code === 'number' ? code : null;
}

const tooNew = (place: string, version: number): Fault =>
  new Fault({
    code: 'store.format',
    place,
    zh: `服务器上的数据为第 ${version} 版，本程序只认到第 ${SCHEMA} 版；请升级程序`,
    en: `the data on the server are of version ${version}, this program knows up to ${SCHEMA}; upgrade it`,
  });
