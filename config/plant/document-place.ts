import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml';

/** Keys and indices from the root of the file to a value. */
export type Path = readonly (string | number)[];

/** A plant file as read: its plain value, and where in the text each part of it stands. */
export interface PlantDocument {
  readonly value: unknown;
  /** `file:line:column` of a value or of its key; of the nearest part around it where it is absent. */
  placeOf(path: Path, what?: 'key' | 'value'): string;
  /** The same place as an offset into the text, to sort by. */
  offsetOf(path: Path, what?: 'key' | 'value'): number;
}

/** Offset into its text of what stands at a path of a document, or of its key; of the nearest part around it where it is absent. */
export function offsetIn(document: Document.Parsed, to: Path, what: 'key' | 'value'): number {
  const root = document.contents;
  let [node, place]: [Node | null, number] = [root, root?.range?.[0] ?? 0];
  for (const [depth, step] of to.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const next = stepInto(node, step);
    if (next === undefined) break;
    const wantsKey = what === 'key' && depth === to.length - 1;
    const shown = wantsKey || next.value === null || isEmpty(next.value) ? (next.key ?? next.value) : next.value;
    place = shown?.range?.[0] ?? place;
    node = next.value;
  }
  return place;
}

function stepInto(node: Node | null, step: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === String(step));
    if (pair) return { key: isNode(pair.key) ? pair.key : null, value: isNode(pair.value) ? pair.value : null };
  } else if (isSeq(node) && typeof step === 'number' && step in node.items) {
    const item = node.items[step];
    return { key: null, value: isNode(item) ? item : null };
  }
  return undefined;
}

/** `key:` with nothing behind it: the key is the better place to point at. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}
