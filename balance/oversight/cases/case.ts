/** One step of a case (督办), as it is appended. Times are UTC ms; nothing is ever changed or taken out. */
export type CaseStep =
  | {
      readonly step: 'notice';
      readonly atMs: number;
      readonly by: string;
      readonly plant: string;
      readonly outfall: string | null;
      /** What was found: kind of finding, and the figures as they stood. */
      readonly finding: string;
      readonly figures: Readonly<Record<string, string | number | null>>;
      readonly text: string;
      /** Until when the plant is to reply, and until when the matter is to be settled. */
      readonly replyByMs: number;
      readonly settleByMs: number;
    }
  | {
      readonly step: 'reply';
      readonly atMs: number;
      readonly by: string;
      readonly text: string;
      /** Files by name and SHA-256, so that what was handed in is what is looked at. */
      readonly evidence: readonly { readonly name: string; readonly sha256: string }[];
    }
  | {
      readonly step: 'verification';
      readonly atMs: number;
      readonly by: string;
      readonly accepted: boolean;
      readonly text: string;
      readonly settleByMs?: number;
    }
  | {
      readonly step: 'extension';
      readonly atMs: number;
      readonly by: string;
      readonly text: string;
      readonly replyByMs?: number;
      readonly settleByMs?: number;
    }
  | {
      readonly step: 'closure';
      readonly atMs: number;
      readonly by: string;
      readonly outcome: 'settled' | 'unfounded' | 'penalty';
      readonly text: string;
    }
  | {
      readonly step: 'reopening';
      readonly atMs: number;
      readonly by: string;
      readonly text: string;
      readonly replyByMs: number;
      readonly settleByMs: number;
    };

/** `noticed`: the plant is to reply. `replied`: the officer is to verify. `verified`: to be closed. `rejected`: the plant is to reply again. */
export type CaseState = 'noticed' | 'replied' | 'verified' | 'rejected' | 'closed';

/** Where a case stands. */
export interface Case {
  readonly id: string;
  readonly plant: string;
  readonly outfall: string | null;
  readonly finding: string;
  readonly state: CaseState;
  readonly openedMs: number;
  readonly replyByMs: number;
  readonly settleByMs: number;
  /** Whose turn it is; null where the case is closed. */
  readonly turn: 'plant' | 'bureau' | null;
  /** The deadline that is running has passed. */
  readonly overdue: boolean;
  readonly steps: readonly CaseStep[];
}

/** Which steps may follow a state. */
const NEXT: Readonly<Record<CaseState, readonly CaseStep['step'][]>> = {
  noticed: ['reply', 'extension', 'closure'],
  replied: ['verification', 'reply', 'extension', 'closure'],
  rejected: ['reply', 'extension', 'closure'],
  verified: ['closure', 'extension'],
  closed: ['reopening'],
};

/**
 * Why a step cannot be taken; null where it can. Steps stand in order of time; a case begins with its notice and a reply, a verification, an
 * extension and a closure follow as the states allow.
 */
export function refusal(
  steps: readonly CaseStep[],
  next: CaseStep,
): 'not-a-notice' | 'second-notice' | 'not-now' | 'out-of-order' | 'deadline' | null {
  const last = steps.at(-1);
  if (last === undefined) {
    if (next.step !== 'notice') return 'not-a-notice';
    return next.replyByMs > next.atMs && next.settleByMs >= next.replyByMs ? null : 'deadline';
  }
  if (next.step === 'notice') return 'second-notice';
  if (next.atMs < last.atMs) return 'out-of-order';
  if (!NEXT[stateOf(steps)].includes(next.step)) return 'not-now';
  if (next.step === 'closure' && next.outcome === 'settled' && stateOf(steps) !== 'verified') return 'not-now';
  if ('replyByMs' in next && next.replyByMs !== undefined && next.replyByMs <= next.atMs) return 'deadline';
  if ('settleByMs' in next && next.settleByMs !== undefined && next.settleByMs <= next.atMs) return 'deadline';
  return null;
}

/**
 * Where a case stands at an instant, from its steps in order.
 *
 * @throws RangeError where the steps are not ones that `refusal` allowed.
 */
export function caseOf(id: string, steps: readonly CaseStep[], nowMs: number): Case {
  const first = steps[0];
  if (first?.step !== 'notice') throw new RangeError(`the case ${id} does not begin with a notice`);
  for (const [index, step] of steps.entries()) {
    const why = refusal(steps.slice(0, index), step);
    if (why !== null) throw new RangeError(`step ${index + 1} of the case ${id}: ${why}`);
  }
  let { replyByMs, settleByMs } = first;
  for (const step of steps) {
    if ('replyByMs' in step && step.replyByMs !== undefined) replyByMs = step.replyByMs;
    if ('settleByMs' in step && step.settleByMs !== undefined) settleByMs = step.settleByMs;
  }
  const state = stateOf(steps);
  const turn = state === 'closed' ? null : state === 'noticed' || state === 'rejected' ? 'plant' : 'bureau';
  const deadlineMs = state === 'noticed' ? replyByMs : settleByMs;
  const { plant, outfall, finding, atMs } = first;
  return {
    id,
    plant,
    outfall,
    finding,
    state,
    openedMs: atMs,
    replyByMs,
    settleByMs,
    turn,
    overdue: turn !== null && nowMs > deadlineMs,
    steps,
  };
}

function stateOf(steps: readonly CaseStep[]): CaseState {
  let state: CaseState = 'noticed';
  for (const step of steps) {
    if (step.step === 'reply') state = 'replied';
    else if (step.step === 'verification') state = step.accepted ? 'verified' : 'rejected';
    else if (step.step === 'closure') state = 'closed';
    else if (step.step === 'reopening') state = 'noticed';
  }
  return state;
}
