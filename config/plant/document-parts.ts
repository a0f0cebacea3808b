import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { offsetIn, type Path, type PlantDocument } from './document-place.ts';
import { type Section, sectionsOf } from './document-split.ts';

/** Characters of text that stand in memory as YAML nodes at a time: these take about a hundred times as much. */
const PART_CHARS = 64 << 10;

/** A stretch of a section: all of it with its key, or whole items of its list. */
interface Part {
  readonly from: number;
  readonly to: number;
  /** Index in the list of its first item; null for a section with its key. */
  readonly firstItem: number | null;
}

interface DividedSection extends Section {
  readonly parts: readonly Part[];
}

/**
 * Reads a long plant file a part at a time, so that only one part is held as YAML nodes: a section after the other, and of a section that
 * is a long list some items at a time. Where something stands is found by reading its part once more.
 *
 * @returns null where the text cannot be divided, or a part cannot be read by itself (a fault of its syntax, an alias of another part):
 * then it is to be read as a whole, which says what is wrong with it.
 */
export function readInParts(text: string, path: string, partChars = PART_CHARS): PlantDocument | null {
  const sections = sectionsOf(text)?.map((section): DividedSection => ({ ...section, parts: partsOf(section, partChars) }));
  if (sections === undefined || sections.length === 0) return null;
  const value: Record<string, unknown> = {};
  for (const { key, parts } of sections) {
    for (const part of parts) {
      const content = contentOf(readPart(text, part), part);
      if (content === null) return null;
      if (part.firstItem === null) Object.assign(value, content);
      else if (part.firstItem === 0) value[key] = content;
      else for (const item of content as unknown[]) (value[key] as unknown[]).push(item);
    }
  }
  return new DocumentInParts(value, text, path, sections);
}

function partsOf({ from, to, items }: Section, partChars: number): Part[] {
  if (items === null || items.length === 0 || to - from <= partChars) return [{ from, to, firstItem: null }];
  const parts: Part[] = [];
  for (let first = 0, last = 0; first < items.length; first = last) {
    const begin = items[first] as number;
    for (last = first + 1; last < items.length && (items[last] as number) - begin < partChars; ) last++;
    parts.push({ from: begin, to: items[last] ?? to, firstItem: first });
  }
  return parts;
}

function readPart(text: string, { from, to }: Part): Document.Parsed {
  return parseDocument(text.slice(from, to), { prettyErrors: false, strict: true, logLevel: 'silent' });
}

/** What a part says; null where it is not what its place in the text makes of it. */
function contentOf(document: Document.Parsed, { firstItem }: Part): unknown {
  const { contents, errors } = document;
  const isWhole = firstItem === null ? isMap(contents) && contents.items.length === 1 : isSeq(contents);
  if (errors.length > 0 || !isWhole) return null;
  try {
    return document.toJS();
  } catch {
    return null;
  }
}

/** Where things stand in a text that is read in parts; the part that was asked for last is kept. */
class DocumentInParts implements PlantDocument {
  readonly value: unknown;
  readonly #text: string;
  readonly #path: string;
  readonly #sections: readonly DividedSection[];
  #lineStarts: readonly number[] | null = null;
  #read: { readonly part: Part; readonly document: Document.Parsed } | null = null;

  constructor(value: unknown, text: string, path: string, sections: readonly DividedSection[]) {
    this.value = value;
    this.#text = text;
    this.#path = path;
    this.#sections = sections;
  }

  offsetOf(to: Path, what: 'key' | 'value' = 'value'): number {
    const section = this.#sections.find(({ key }) => key === to[0]);
    if (section === undefined) return this.#sections[0]?.from ?? 0;
    const { parts } = section;
    const [first] = parts as [Part];
    if (first.firstItem === null) return this.#offsetIn(first, to, what);
    if (to.length === 1 && what === 'key') return section.from;
    const index = to[1];
    const inList = typeof index === 'number' && index >= 0 && index < (section.items?.length ?? 0);
    if (!inList) return this.#offsetIn(first, [], 'value');
    const part = parts.findLast(({ firstItem }) => (firstItem as number) <= index) as Part;
    return this.#offsetIn(part, [index - (part.firstItem as number), ...to.slice(2)], what);
  }

  placeOf(to: Path, what: 'key' | 'value' = 'value'): string {
    const offset = this.offsetOf(to, what);
    this.#lineStarts ??= lineStartsOf(this.#text);
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return `${this.#path}:${low + 1}:${offset - (this.#lineStarts[low] as number) + 1}`;
  }

  #offsetIn(part: Part, to: Path, what: 'key' | 'value'): number {
    if (this.#read?.part !== part) this.#read = { part, document: readPart(this.#text, part) };
    return part.from + offsetIn(this.#read.document, to, what);
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
