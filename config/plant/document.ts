import { LineCounter, parseDocument } from 'yaml';
import { Fault } from '../words/fault.ts';
import { readInParts } from './document-parts.ts';
import { offsetIn, type Path, type PlantDocument } from './document-place.ts';

export type { Path, PlantDocument } from './document-place.ts';

/** Texts of so many characters and more are read in parts. */
const LONG_CHARS = 1 << 20;

/**
 * Read YAML 1.2. Nothing of the text is executed; aliases are resolved up to a hundred times.
 *
 * Duplicate keys are all reported and the rest is read on; of other syntax faults the first, as what follows one is its echo.
 *
 * @param path as the user gave it: it stands in front of every place.
 * @returns the document, null where the text cannot be read, and the faults of its syntax.
 */
export function readDocument(text: string, path: string): { readonly document: PlantDocument | null; readonly faults: readonly Fault[] } {
  const inParts = text.length < LONG_CHARS ? null : readInParts(text, path);
  return inParts === null ? readWhole(text, path) : { document: inParts, faults: [] };
}

/** Reads a text that is held as YAML nodes as long as its document is. */
export function readWhole(text: string, path: string): { readonly document: PlantDocument | null; readonly faults: readonly Fault[] } {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, logLevel: 'silent' });
  const faults = document.errors.map((error) => ({ error, fault: syntaxFault(error.code, error.message, placeAt(error.pos[0]), error) }));
  const broken = faults.findIndex(({ error }) => error.code !== 'DUPLICATE_KEY');
  if (broken >= 0) return { document: null, faults: faults.slice(0, broken + 1).map(({ fault }) => fault) };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { document: null, faults: [syntaxFault('BAD_ALIAS', message, placeAt(0), error)] };
  }
  const offsetOf = (to: Path, what: 'key' | 'value' = 'value') => offsetIn(document, to, what);
  const read: PlantDocument = { value, offsetOf, placeOf: (to, what) => placeAt(offsetOf(to, what)) };
  return { document: read, faults: faults.map(({ fault }) => fault) };
}

const SYNTAX_ZH: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: '同一层有重复的键',
  BAD_INDENT: '缩进不对',
  TAB_AS_INDENT: '缩进用了制表符，请改为空格',
  MISSING_CHAR: '缺少括号、引号或冒号后的空格',
  UNEXPECTED_TOKEN: '此处不应有这些字符',
  BLOCK_IN_FLOW: '花括号或方括号没有收尾，或其中不能有这种写法',
  NON_STRING_KEY: '键应为文本',
  KEY_OVER_1024_CHARS: '键太长，多半是缺了引号或冒号',
  BAD_ALIAS: '引用（*名称）无法解析',
  MULTIPLE_DOCS: '一个文件只能有一份 YAML 文档',
  BLOCK_AS_IMPLICIT_KEY: '此行的冒号或缩进不对',
  MULTILINE_IMPLICIT_KEY: '键不能跨行，多半是缺了冒号',
  BAD_DQ_ESCAPE: '双引号内的转义写法不对',
  BAD_SCALAR_START: '文本不能以此字符开头，请加引号',
};

function syntaxFault(code: string, message: string, place: string, cause: unknown): Fault {
  return new Fault({
    code: code === 'DUPLICATE_KEY' ? 'yaml.duplicate-key' : 'yaml.syntax',
    place,
    zh: `YAML 写法有误：${SYNTAX_ZH[code] ?? message}`,
    en: `YAML: ${message}`,
    cause,
  });
}
