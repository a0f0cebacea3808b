/**
 * An error that a user can cause: a stable code, its place, and what to do, in Chinese and English.
 *
 * `place` is `file:line:column` for a configuration, or a meter and a time for data. `exitStatus` is 2 where the call or the
 * configuration is wrong, 1 where what was checked is wrong.
 */
export class Fault extends Error {
  readonly code: string;
  readonly place: string;
  readonly zh: string;
  readonly en: string;
  readonly exitStatus: 1 | 2;

  constructor(fault: { code: string; place?: string; zh: string; en: string; exitStatus?: 1 | 2; cause?: unknown }) {
    super(fault.en, fault.cause === undefined ? undefined : { cause: fault.cause });
    this.name = 'Fault';
    this.code = fault.code;
    this.place = fault.place ?? '';
    this.zh = fault.zh;
    this.en = fault.en;
    this.exitStatus = fault.exitStatus ?? 2;
  }
}

/** Several faults found in one pass, reported together. */
export class Faults extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.place} ${fault.en}`).join('\n'));
    this.name = 'Faults';
    this.faults = faults;
  }
}
