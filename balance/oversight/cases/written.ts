import { z } from 'zod';
import { Fault } from '../../../config/words/fault.ts';
import type { CaseStep } from './case.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const common = { at: instant.optional(), by: z.string().min(1), text: z.string().min(1) };
const deadlines = { replyBy: instant, settleBy: instant };

/** A step as a person or a page writes it. Times are ISO 8601; without `at` it is taken now. */
export const writtenStepSchema = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('notice'),
    plant: z.string().min(1),
    outfall: z.string().nullable().default(null),
    finding: z.string().min(1),
    figures: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).default({}),
    ...common,
    ...deadlines,
  }),
  z.strictObject({
    step: z.literal('reply'),
    case: z.string(),
    evidence: z.array(z.strictObject({ name: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).default([]),
    ...common,
  }),
  z.strictObject({ step: z.literal('verification'), case: z.string(), accepted: z.boolean(), settleBy: instant.optional(), ...common }),
  z.strictObject({ step: z.literal('extension'), case: z.string(), replyBy: instant.optional(), settleBy: instant.optional(), ...common }),
  z.strictObject({ step: z.literal('closure'), case: z.string(), outcome: z.enum(['settled', 'unfounded', 'penalty']), ...common }),
  z.strictObject({ step: z.literal('reopening'), case: z.string(), ...common, ...deadlines }),
]);

/**
 * A written step as a case file takes it.
 *
 * @param id of the case, null for a notice. @throws Fault `cases.written` where it is none.
 */
export function stepOf(text: string, place: string, nowMs: number): { readonly id: string | null; readonly step: CaseStep } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault({ code: 'cases.written', place, zh: '不是 JSON', en: 'not JSON', cause });
  }
  const parsed = writtenStepSchema.safeParse(value);
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Fault({ code: 'cases.written', place, zh: `不是督办步骤：${where}`, en: `not a step of a case: ${where}` });
  }
  const { at = nowMs, ...rest } = parsed.data;
  const { replyBy, settleBy, case: id = null, ...step } = { case: undefined, replyBy: undefined, settleBy: undefined, ...rest };
  const times = { ...(replyBy === undefined ? {} : { replyByMs: replyBy }), ...(settleBy === undefined ? {} : { settleByMs: settleBy }) };
  return { id, step: { ...step, ...times, atMs: at } as CaseStep };
}
