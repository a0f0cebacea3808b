import { isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Path } from './document.ts';

/** A value to stand at a path of the file, whether or not something stands there now. */
export interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What is to come into a map or list that has it not yet, by key. */
type Additions = Map<YAMLMap | YAMLSeq, Map<string | number, unknown>>;

/**
 * The text with some values set, and every other character (comments, layout, order) as it was.
 *
 * A value that stands there is overwritten in place, with the comments inside it; keys that are absent are put in front of their map's
 * first key; an index beyond the end of a list puts an item in front of its first one. What is written anew stands in one line.
 *
 * @throws RangeError where a path leads through something that is no map or list, or through an alias (such a value stands elsewhere),
 * and where one edit lies within another.
 */
export function editYaml(text: string, edits: readonly Edit[]): string {
  const root = parseDocument(text).contents;
  const additions: Additions = new Map();
  const splices = edits.flatMap((edit) => spliceOf(text, root, edit, additions));
  for (const [collection, values] of additions) splices.push(addition(text, collection, values));
  splices.sort((a, b) => b.start - a.start || b.end - a.end);
  let [edited, limit] = [text, text.length];
  for (const { start, end, text: now } of splices) {
    if (end > limit) throw new RangeError('one edit lies within another');
    edited = edited.slice(0, start) + now + edited.slice(end);
    limit = start;
  }
  return edited;
}

/** How an existing value is overwritten; for an absent one nothing, but an entry in `additions`. */
function spliceOf(text: string, root: unknown, { path, value }: Edit, additions: Additions): Splice[] {
  let node: unknown = root;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) throw new RangeError(`${path.slice(0, depth).join('.')} is an alias`);
    if (!isMap(node) && !isSeq(node)) throw new RangeError(`nothing can stand at ${path.slice(0, depth + 1).join('.')}`);
    const child = childOf(node, step);
    if (child === undefined) {
      const values = additions.get(node) ?? new Map<string | number, unknown>();
      additions.set(node, values.set(step, within(values.get(step), path.slice(depth + 1), value)));
      return [];
    }
    if (depth === path.length - 1) return [replacement(text, child, value)];
    node = child.value;
  }
  throw new RangeError('an edit needs a path');
}

/** `value` at a path inside what is already to be added there. */
function within(held: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const record = typeof held === 'object' && held ? (held as Readonly<Record<string, unknown>>) : {};
  return { ...record, [step]: within(record[step], rest, value) };
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: YAMLMap | YAMLSeq, step: string | number): Child | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
    return pair && { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (typeof step !== 'number') throw new RangeError(`a list has no ${step}`);
  return step in node.items ? { key: null, value: node.items[step] as Node } : undefined;
}

function replacement(text: string, { key, value }: Child, now: unknown): Splice {
  if (isAlias(value)) throw new RangeError('the value is an alias');
  const [start, end] = value?.range ?? [];
  const after = key?.range?.[1];
  const isBlock = (isMap(value) || isSeq(value)) && value.flow !== true;
  if (start !== undefined && end !== undefined && end > start && !(isBlock && after !== undefined)) {
    return { start, end: start + text.slice(start, end).trimEnd().length, text: written(now) };
  }
  if (after === undefined) throw new RangeError('the value has no place');
  const gone = text.slice(0, isBlock && end !== undefined ? end : after).trimEnd().length;
  return { start: after, end: text.startsWith(':', gone) ? gone + 1 : gone, text: `: ${written(now)}` };
}

function addition(text: string, node: YAMLMap | YAMLSeq, values: ReadonlyMap<string | number, unknown>): Splice {
  const start = node.range?.[0];
  if (start === undefined) throw new RangeError('the collection has no place');
  const items = [...values].map(([step, value]) => (isMap(node) ? `${String(step)}: ${written(value)}` : written(value)));
  if (node.flow) {
    const [padding, separator] = [text[start + 1] === ' ' ? ' ' : '', node.items.length > 0 ? ',' : ''];
    const space = padding === '' && separator !== '' ? ' ' : '';
    return { start: start + 1, end: start + 1, text: `${padding}${items.join(', ')}${separator}${space}` };
  }
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  return { start, end: start, text: items.map((item) => `${isMap(node) ? '' : '- '}${item}\n${indent}`).join('') };
}

/** In one line, plain where that reads back the same inside a flow collection, quoted elsewhere. */
function written(value: unknown): string {
  const list = stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).slice(0, -1);
  return /[^\S ]|\p{C}/u.test(list) ? JSON.stringify(value) : list.slice(1, -1).trim();
}
