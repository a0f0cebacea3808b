import { missingBatch, type SampleBatch } from '../../sample/batch.ts';
import { REASON_CODE, type Reason } from '../../sample/reason.ts';
import type { Origin } from '../../sample/sample.ts';
import { Slab } from '../../sample/slab.ts';
import { groupOf } from '../asked.ts';
import type { Group } from '../schedule.ts';
import { decodedIn, type ModbusChannel, type Reading } from './channel.ts';
import { numberAt } from './decode.ts';
import { isBits, type ReadRequest } from './frame.ts';
import type { PlannedGroup, PlannedRead } from './plan.ts';

/**
 * A request, and in columns what is read of its answer: the planner's items are not needed any more, and a plant of a hundred thousand
 * points has one for each.
 */
export interface Question extends ReadRequest {
  readonly channels: readonly string[];
  readonly readings: readonly Reading[];
  /** Where in the answer each channel begins and ends: registers by byte, bits by their index. */
  readonly at: Uint16Array;
  readonly end: Uint16Array;
}

/** Requests that are asked together, each time the interval comes round. */
export interface QuestionGroup extends Group {
  readonly reads: readonly Question[];
}

export function questionOf({ unit, table, address, count, items }: PlannedRead<ModbusChannel>): Question {
  const width = isBits(table) ? 1 : 2;
  return {
    unit,
    table,
    address,
    count,
    channels: items.map(({ channel }) => channel),
    readings: items.map(({ reading }) => reading),
    at: Uint16Array.from(items, (item) => (item.address - address) * width),
    end: Uint16Array.from(items, (item) => (item.address - address + item.count) * width),
  };
}

export const questionsOf = (groups: readonly PlannedGroup<ModbusChannel>[]): QuestionGroup[] =>
  groups.map((group) => ({
    ...groupOf(group, group.keepMs === undefined ? [] : group.reads.flatMap(({ items }) => items)),
    reads: group.reads.map(questionOf),
  }));

const slab = new Slab();

/** The samples that an answer's data gives. @param doubt makes every value suspect; `none`: no doubt. */
export function answered(question: Question, data: Buffer, timeMs: number, origin: Origin, doubt: Reason): SampleBatch {
  const { table, channels, readings, at, end } = question;
  const { values, reasons } = slab.cut(channels.length);
  const code = REASON_CODE[doubt];
  if (isBits(table)) {
    for (let i = 0; i < channels.length; i++) values[i] = bitAt(data, at[i] as number);
    return { channels, timeMs, origin, values, reasons: reasons.fill(code), raw: { kind: 'texts', texts: Array.from(values, String) } };
  }
  for (let i = 0; i < channels.length; i++) {
    const reading = readings[i] as Reading;
    const { plain, main, bit, offset } = reading;
    if (plain && main !== null) {
      const value = numberAt(data, (at[i] as number) + 2 * main.at, main.type, main.order, bit ?? 0) * main.scale + offset;
      values[i] = Number.isFinite(value) ? value : Number.NaN;
      reasons[i] = Number.isFinite(value) ? code : REASON_CODE.garbage;
      continue;
    }
    const { value, reason } = decodedIn(reading, data.subarray(at[i], end[i]));
    const missing = value === null || !Number.isFinite(value);
    values[i] = missing ? Number.NaN : value;
    reasons[i] = missing ? REASON_CODE[value === null ? reason : 'garbage'] : doubt === 'none' ? REASON_CODE[reason] : code;
  }
  return { channels, timeMs, origin, values, reasons, raw: { kind: 'registers', data, at, end } };
}

/** No reading: every sample says so and why. @param raw what came instead, where something did. */
export function unanswered({ channels }: Question, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): SampleBatch {
  return missingBatch(channels, timeMs, origin, reason, raw);
}

const bitAt = (data: Buffer, index: number): number => ((data[index >> 3] as number) >> (index & 7)) & 1;
