import { decodeRecord, encodeRecord } from '../../journal/codec.ts';
import type { Sample } from '../../sample/sample.ts';

/** Samples of one plant on their way to a central store. */
export interface Message {
  readonly plant: string;
  readonly samples: readonly Turned[];
}

/**
 * A sample, and the turn that makes it the one that counts: 0 for the first of its channel and time. One that replaces another (late data
 * behind a gap, a correction) bears the sequence of its journal group. Messages of one plant may be stored by several processes in any
 * order, so what replaces must not lie in the place of what it replaces: the highest turn counts.
 */
export interface Turned {
  readonly sample: Sample;
  readonly turn: number;
}

const FIRST = 'liangheng samples 1';

/**
 * A message as text: a first line with the plant, then a sample a line as the journal writes it, `turn` and a tab before it where it is
 * not 0.
 */
export function encodeMessage({ plant, samples }: Message): string {
  const lines = samples.map(({ sample, turn }) => `${turn === 0 ? '' : `${turn}\t`}${encodeRecord({ kind: 'sample', sample })}`);
  return [`${FIRST}\t${plant}`, ...lines, ''].join('\n');
}

/** @throws SyntaxError for anything that `encodeMessage` does not write. */
export function decodeMessage(text: string): Message {
  const [first = '', ...lines] = text.split('\n');
  const [format, plant = ''] = first.split('\t');
  if (format !== FIRST || plant === '' || plant.includes('/') || lines.pop() !== '') throw new SyntaxError('not a message of samples');
  return { plant, samples: lines.map(turnedOf) };
}

function turnedOf(line: string): Turned {
  const fields = line.split('\t');
  const turn = fields[0] === 's' ? 0 : Number(fields.shift());
  if (!Number.isSafeInteger(turn) || turn < 0) throw new SyntaxError('not a turn');
  const record = decodeRecord(fields);
  if (record.kind !== 'sample') throw new SyntaxError('not a sample');
  const { channel, value, quality } = record.sample;
  if (channel === '') throw new SyntaxError('a sample of no channel');
  if ((value === null) !== (quality === 'missing')) throw new SyntaxError(`${channel}: quality ${quality} with value ${value}`);
  return { sample: record.sample, turn };
}

/** Name under which a central journal holds a channel of a plant. */
export const centralChannel = (plant: string, turn: number, channel: string): string => `${plant}/${turn}/${channel}`;

/** What stands behind such a name. @throws SyntaxError for another. */
export function placeOf(name: string): { readonly plant: string; readonly turn: number; readonly channel: string } {
  const match = /^([^/]+)\/(\d+)\/(.*)$/s.exec(name);
  if (match === null) throw new SyntaxError(`not a channel of a plant: ${name}`);
  return { plant: match[1]!, turn: Number(match[2]), channel: match[3]! };
}
