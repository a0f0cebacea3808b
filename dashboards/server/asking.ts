import { Refusal } from './refusal.ts';
import { type Command, CommandRefused, type Services } from './services.ts';

/** Processes at once, and questions that may wait for one. */
const AT_ONCE = 2;
const MOST_WAITING = 16;
const MOST_KEPT = 30;

interface Kept {
  readonly untilMs: number;
  readonly document: Promise<unknown>;
}

/** Asks commands for their documents: few at a time, and none twice within a short while. */
export class Asking {
  readonly #kept = new Map<string, Kept>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * @param keepMs how long the same question gets the same answer; 0: never.
   * @throws Refusal 422 with what the command found wrong, 503 where too many wait.
   */
  ask(services: Services, command: Command, args: readonly string[], keepMs: number): Promise<unknown> {
    const key = [services.plant.id, command, ...args].join('\n');
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.untilMs > performance.now()) return kept.document;
    const document = this.#run(() => services.ask(command, args)).catch((error: unknown) => {
      this.#kept.delete(key);
      if (error instanceof CommandRefused) throw new Refusal(422, 'refused', {}, error.faults);
      throw error;
    });
    if (keepMs > 0) {
      if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
      this.#kept.set(key, { untilMs: performance.now() + keepMs, document });
    }
    return document;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new Refusal(503, 'busy', { 'retry-after': '10' });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
