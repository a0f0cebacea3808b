/** A section of a plant file: from its key at the left edge of the text to the next one's. */
export interface Section {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  /** Where each item of its list begins (its line), null where it is no list with an item on a line of its own. */
  readonly items: readonly number[] | null;
}

const KEY = /^([A-Za-z]\w*):(?=\s|$)/;

/**
 * The sections of a plant file, by its lines alone: of what YAML says only that whatever belongs to a key or to an item is indented more
 * than it. Where quotes or brackets reach over such a border, the pieces are no YAML by themselves.
 *
 * @returns null where something at the left edge is neither key, item nor comment, or where a key stands twice.
 */
export function sectionsOf(text: string): Section[] | null {
  const sections: { key: string; from: number; to: number; items: number[] | null }[] = [];
  const keys = new Set<string>();
  let open: (typeof sections)[number] | undefined;
  let indent = -1;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    let first = at;
    while (first < end && text[first] === ' ') first++;
    const sign = text[first];
    if (first === end || sign === '#' || sign === '\r') continue;
    const isItem = sign === '-' && (first + 1 === end || /\s/.test(text[first + 1] as string));
    if (first === at && !isItem) {
      const line = text.slice(at, end);
      const key = KEY.exec(line)?.[1];
      if (key === undefined || keys.has(key)) return null;
      keys.add(key);
      const bare = /^\s*(#.*)?$/.test(line.slice(key.length + 1));
      if (open !== undefined) open.to = at;
      open = { key, from: at, to: text.length, items: bare ? [] : null };
      sections.push(open);
      indent = -1;
      continue;
    }
    if (open === undefined) return null;
    if (open.items === null) continue;
    if (indent < 0) indent = first - at;
    if (isItem && first - at === indent) open.items.push(at);
    else if (first - at <= indent || open.items.length === 0) open.items = null;
  }
  return sections;
}
