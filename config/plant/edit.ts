import { isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument, stringify } from 'yaml';
import type { Path } from './document.ts';

/** A value to stand at a path of the file, whether or not something stands there now. */
export interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * The text with some values set, and every other character (comments, layout, order) as it was.
 *
 * A value that stands there is overwritten in place, with the comments inside it; a key that is absent is put in front of its map's first key; an index beyond the
 * end of a list puts an item in front of its first one. What is written anew stands in one line.
 *
 * @throws RangeError where a path leads through something that is no map or list, or through an alias: such a value stands elsewhere.
 */
export function editYaml(text: string, edits: readonly Edit[]): string {
  return edits.reduce((edited, edit) => editOne(edited, edit), text);
}

function editOne(text: string, { path, value }: Edit): string {
  const document = parseDocument(text);
  let node: unknown = document.contents;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) throw new RangeError(`${path.slice(0, depth).join('.')} is an alias`);
    const child = childOf(node, step);
    if (child === undefined) {
      const rest = path.slice(depth + 1).reduceRight((inner, key) => ({ [key]: inner }), value);
      return inserted(text, node, step, rest);
    }
    if (depth === path.length - 1) return replaced(text, child, value);
    node = child.value;
  }
  throw new RangeError('an edit needs a path');
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: unknown, step: string | number): Child | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
    return pair && { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (isSeq(node) && typeof step === 'number') return step in node.items ? { key: null, value: node.items[step] as Node } : undefined;
  throw new RangeError(`nothing can stand at ${step}`);
}

function replaced(text: string, { key, value }: Child, now: unknown): string {
  if (isAlias(value)) throw new RangeError('the value is an alias');
  const [start, end] = value?.range ?? [];
  const after = key?.range?.[1];
  const isBlock = (isMap(value) || isSeq(value)) && value.flow !== true;
  if (start !== undefined && end !== undefined && end > start && !(isBlock && after !== undefined)) {
    return text.slice(0, start) + written(now) + text.slice(start + text.slice(start, end).trimEnd().length);
  }
  if (after === undefined) throw new RangeError('the value has no place');
  const gone = text.slice(0, isBlock && end !== undefined ? end : after).trimEnd().length;
  return `${text.slice(0, after)}: ${written(now)}${text.slice(text.startsWith(':', gone) ? gone + 1 : gone)}`;
}

function inserted(text: string, node: unknown, step: string | number, value: unknown): string {
  if (!isMap(node) && !isSeq(node)) throw new RangeError(`nothing can stand at ${step}`);
  const start = node.range?.[0];
  if (start === undefined) throw new RangeError('the collection has no place');
  const item = isMap(node) ? `${String(step)}: ${written(value)}` : written(value);
  if (node.flow) {
    const [padding, separator] = [text[start + 1] === ' ' ? ' ' : '', node.items.length > 0 ? ',' : ''];
    return `${text.slice(0, start + 1)}${padding}${item}${separator}${padding === '' && separator !== '' ? ' ' : ''}${text.slice(start + 1)}`;
  }
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  return `${text.slice(0, start)}${isMap(node) ? '' : '- '}${item}\n${indent}${text.slice(start)}`;
}

/** In one line, plain where that reads back the same inside a flow collection, quoted elsewhere. */
function written(value: unknown): string {
  const list = stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).slice(0, -1);
  return /[^\S ]|\p{C}/u.test(list) ? JSON.stringify(value) : list.slice(1, -1).trim();
}
