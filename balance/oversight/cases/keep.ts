import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../../config/words/fault.ts';
import { type Case, type CaseStep, caseOf, refusal } from './case.ts';

/** One line of the file: a step of a case, chained to the line before by its hash. */
interface Line {
  readonly case: string;
  readonly step: CaseStep;
  /** SHA-256 of the line before (its text without the line end); 64 zeros for the first. */
  readonly before: string;
}

const NONE = '0'.repeat(64);

/**
 * The cases of a bureau or a plant in one file that is only ever appended to (`cases.jsonl`). Each line is fsynced before it counts and
 * holds the hash of the one before: a line that was changed or taken out shows.
 */
export class CaseFile {
  readonly #path: string;
  #steps: Map<string, CaseStep[]>;
  #last: string;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, steps: Map<string, CaseStep[]>, last: string) {
    this.#path = path;
    this.#steps = steps;
    this.#last = last;
  }

  /** @throws Fault `cases.broken` where the chain does not hold. A last line that was cut short by a power cut is no step. */
  static async open(path: string): Promise<CaseFile> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const steps = new Map<string, CaseStep[]>();
    let last = NONE;
    const lines = text.split('\n');
    const whole = lines.slice(0, -1);
    for (const [index, line] of whole.entries()) {
      const parsed = parsedLine(line);
      if (parsed === null || parsed.before !== last) throw broken(path, index + 1);
      const own = steps.get(parsed.case) ?? [];
      if (refusal(own, parsed.step) !== null) throw broken(path, index + 1);
      steps.set(parsed.case, [...own, parsed.step]);
      last = hashOf(line);
    }
    const file = new CaseFile(path, steps, last);
    if (lines.at(-1) !== '') await file.#cut(Buffer.byteLength(whole.map((line) => `${line}\n`).join('')));
    return file;
  }

  /** Every case as it stands at an instant, the overdue first, then by the deadline. */
  cases(nowMs: number): Case[] {
    return [...this.#steps]
      .map(([id, steps]) => caseOf(id, steps, nowMs))
      .sort((a, b) => Number(b.overdue) - Number(a.overdue) || a.settleByMs - b.settleByMs);
  }

  /** A case as it stands at an instant; null where there is none of that id. */
  find(id: string, nowMs: number): Case | null {
    const steps = this.#steps.get(id);
    return steps === undefined ? null : caseOf(id, steps, nowMs);
  }

  /**
   * Appends a step; it counts once this resolves. A notice without an id opens a case and gets one.
   *
   * @returns the id of the case. @throws Fault `cases.step` where the step cannot follow, `cases.unknown` for a case that is not there.
   */
  async append(id: string | null, step: CaseStep): Promise<string> {
    const work = this.#writing.then(async () => {
      if (id !== null && !this.#steps.has(id)) {
        throw new Fault({ code: 'cases.unknown', place: id, zh: `没有督办案 ${id}`, en: `there is no case ${id}`, exitStatus: 2 });
      }
      const own = id ?? `${new Date(step.atMs).toISOString().slice(0, 10)}-${this.#steps.size + 1}`;
      const steps = this.#steps.get(own) ?? [];
      const why = refusal(steps, step);
      if (why !== null) throw notNow(own, step, why);
      const line = JSON.stringify({ case: own, step, before: this.#last } satisfies Line);
      await mkdir(dirname(this.#path), { recursive: true });
      const handle = await open(this.#path, 'a', 0o600);
      try {
        await handle.appendFile(`${line}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      this.#last = hashOf(line);
      this.#steps.set(own, [...steps, step]);
      return own;
    });
    this.#writing = work.catch(() => {});
    return work;
  }

  async #cut(bytes: number): Promise<void> {
    const handle = await open(this.#path, 'r+');
    try {
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

const hashOf = (line: string): string => createHash('sha256').update(line, 'utf8').digest('hex');

function parsedLine(line: string): Line | null {
  try {
    const value = JSON.parse(line) as Partial<Line>;
    return typeof value.case === 'string' && typeof value.before === 'string' && value.step !== undefined ? (value as Line) : null;
  } catch {
    return null;
  }
}

function broken(path: string, line: number): Fault {
  return new Fault({
    code: 'cases.broken',
    place: `${path}:${line}`,
    zh: '督办记录的链条在此断开：有行被改动、删除或插入',
    en: 'the chain of the case file breaks here: a line was changed, taken out or put in',
    exitStatus: 1,
  });
}

function notNow(id: string, step: CaseStep, why: NonNullable<ReturnType<typeof refusal>>): Fault {
  const texts = {
    'not-a-notice': ['督办案以通知开始', 'a case begins with a notice'],
    'second-notice': ['该案已有通知', 'the case has its notice already'],
    'not-now': ['此步骤不能接在目前状态之后', 'this step cannot follow the state that the case is in'],
    'out-of-order': ['步骤时间早于上一步', 'the step is dated before the last one'],
    deadline: [
      '期限应在此步骤之后，整改期限不早于答复期限',
      'a deadline lies after the step, that of settling not before that of the reply',
    ],
  } as const;
  const [zh, en] = texts[why];
  return new Fault({ code: 'cases.step', place: `${id} ${step.step}`, zh, en });
}
