import type { SaidFault } from './documents/refusal.ts';

/** An answer other than 200: its status and a stable code, nothing that tells of what the caller may not see. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What to put right, where whoever asks can. */
  readonly faults: readonly SaidFault[] | null;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}, faults: readonly SaidFault[] | null = null) {
    super(code);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.faults = faults;
  }
}

export const notYet = (): Refusal => new Refusal(503, 'not-computed-yet', { 'retry-after': '5' });
export const storeAway = (): Refusal => new Refusal(503, 'store-away', { 'retry-after': '5' });
export const notFound = (): Refusal => new Refusal(404, 'not-found');
