/** A passage of the regulations that a reader marked: source file by its number, lines, and what it concerns. */
export interface Passage {
  file: string;
  lines: [number, number][];
  concerns: string[];
}

/** A sentence with the lines (1-based) that it stands on. */
export interface Sentence {
  text: string;
  lines: number[];
}

/** Sentences of passages of a text: lines joined without white space, cut at 。 and ；, page numbers of the printed book left out. */
export function sentencesOf(text: readonly string[], passages: readonly [number, number][]): Sentence[] {
  return passages.flatMap(([from, to]) => {
    const sentences: Sentence[] = [];
    let open: Sentence = { text: '', lines: [] };
    const close = () => {
      if (open.text !== '') sentences.push(open);
      open = { text: '', lines: [] };
    };
    for (let line = from; line <= to; line++) {
      const bare = (text[line - 1] ?? '').replace(/\s+/gu, '');
      if (/^\d{1,3}$/.test(bare)) continue;
      for (const piece of bare.match(/[^。；]*[。；]|[^。；]+$/gu) ?? []) {
        open.text += piece;
        if (open.lines.at(-1) !== line) open.lines.push(line);
        if (/[。；]$/u.test(piece)) close();
      }
    }
    close();
    return sentences;
  });
}

/** What is said in titles, numbers of documents and of articles, and the mark that an item begins with. */
const LABELS = /《[^》]*》|〔\d+〕|\[\d+\]|［\d+］|第?\d+号|第[一二三四五六七八九十]+[条章项款]/gu;
const ITEM = /^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d+[、．.])/u;
const MARK = /\d|[０-９]|[一二三四五六七八九十两半百]+个?(?:工作日|月|年|日|天|周|倍|名|次|份|季度)|应当|必须|不得/u;

/** Whether a sentence holds a number, a day or a must (应当, 必须, 不得), labels aside. */
export function marked(sentence: string): boolean {
  return MARK.test(sentence.replaceAll(LABELS, '').replace(ITEM, ''));
}
