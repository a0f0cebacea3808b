/** An answer other than 200: its status and a stable code, nothing that tells of what the caller may not see. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const notYet = (): Refusal => new Refusal(503, 'not-computed-yet', { 'retry-after': '5' });
