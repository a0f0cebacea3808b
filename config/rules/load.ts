import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { Fault, Faults } from '../words/fault.ts';
import { compiledRules, keepRules, keptRules, rulesKey } from './cache.ts';
import { FAMILIES } from './families/families.ts';
import type { Rule } from './rule.ts';
import { type Jurisdiction, jurisdictionSchema, type RuleEntry, type RuleFile, ruleFileSchema } from './schema.ts';

/** The rules that ship with the program. */
export const RULES_FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** A YAML text with a place for every path in it. */
interface Located {
  readonly value: unknown;
  place(path: readonly PropertyKey[]): string;
}

let shipped: Promise<readonly Rule[]> | null = null;

/**
 * Every rule under `folder/<jurisdiction>/*.yaml`, ordered by id. The shipped ones are loaded once a process: rules that were edited are
 * in force from the next start.
 *
 * @throws Faults with every mistake of every file, each at its file:line:column.
 */
export function loadRules(folder: string = RULES_FOLDER): Promise<readonly Rule[]> {
  if (folder !== RULES_FOLDER) return readRules(folder);
  shipped ??= shippedRules().catch((error: unknown) => {
    shipped = null;
    throw error;
  });
  return shipped;
}

/** The shipped rules as the build or an earlier run checked them, where nothing changed since. @throws Faults as loadRules does. */
export async function shippedRules(): Promise<Rule[]> {
  const key = await rulesKey(RULES_FOLDER);
  const kept = (await compiledRules(RULES_FOLDER, key)) ?? (await keptRules(key));
  if (kept) return kept;
  const rules = await readRules(RULES_FOLDER);
  await keepRules(key, rules);
  return rules;
}

/** Reads and checks every rule file. @throws Faults as loadRules does. */
export async function readRules(folder: string): Promise<Rule[]> {
  const faults: Fault[] = [];
  const rules: Rule[] = [];
  for (const jurisdiction of await loadJurisdictions(folder)) {
    for (const file of await yamlFiles(join(folder, jurisdiction.id))) {
      const located = await parse(file, folder, faults);
      const checked = located === null ? null : check(located, ruleFileSchema, [], faults);
      if (located === null || checked === null) continue;
      checked.rules.forEach((entry, index) => {
        const rule = ruleOf(jurisdiction.id, checked, entry, index, located, faults);
        if (rule !== null) rules.push(rule);
      });
    }
  }
  faults.push(...duplicates(rules));
  if (faults.length > 0) throw new Faults(faults);
  return rules.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The jurisdictions of `folder/jurisdictions.yaml`, in its order. */
export async function loadJurisdictions(folder: string = RULES_FOLDER): Promise<Jurisdiction[]> {
  const faults: Fault[] = [];
  const located = await parse(join(folder, 'jurisdictions.yaml'), folder, faults);
  const checked = located === null ? null : check(located, z.strictObject({ jurisdictions: z.array(jurisdictionSchema) }), [], faults);
  if (checked === null) throw new Faults(faults);
  return checked.jurisdictions;
}

function ruleOf(jurisdiction: string, file: RuleFile, entry: RuleEntry, index: number, located: Located, faults: Fault[]): Rule | null {
  const path = ['rules', index, 'content'];
  if (entry.content === null && entry.unset.content === undefined) {
    faults.push(fault(located.place(path), '内容为空而未写明原因', 'content is null and unset.content does not say why'));
    return null;
  }
  const content =
    entry.content === null ? null : check({ value: entry.content, place: located.place }, FAMILIES[entry.family], path, faults);
  if (entry.content !== null && content === null) return null;
  return {
    id: `${jurisdiction}/${file.document.id}/${entry.id}`,
    jurisdiction,
    family: entry.family,
    document: file.document,
    article: entry.article,
    status: entry.status ?? file.document.status,
    lines: entry.lines ?? null,
    quote: entry.quote ?? null,
    quotes: entry.quotes,
    reach: entry.reach,
    incorporates: entry.incorporates,
    extractOf: entry.extractOf ?? null,
    unset: entry.unset,
    content,
    place: located.place(['rules', index]),
  } as Rule;
}

async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

async function parse(file: string, folder: string, faults: Fault[]): Promise<Located | null> {
  const name = join(basename(folder), relative(folder, file));
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    faults.push(new Fault({ code: 'rules-unreadable', place: name, zh: '规则文件读不出', en: 'the rule file cannot be read', cause }));
    return null;
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  for (const error of document.errors)
    faults.push(fault(at(error.pos[0]), `YAML 写法有误：${error.code}`, `not valid YAML: ${error.message.split('\n')[0]}`));
  if (document.errors.length > 0) return null;
  return { value: document.toJS(), place: (path) => at(offsetOf(document, path)) };
}

/** Where the node of a path starts, or the nearest one above it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function check<S extends z.ZodType>(located: Located, schema: S, path: readonly PropertyKey[], faults: Fault[]): z.output<S> | null {
  const result = schema.safeParse(located.value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const where = [...path, ...issue.path];
    const field = where.map(String).join('.');
    faults.push(fault(located.place(where), `${field} 不合格式：${issue.message}`, `${field}: ${issue.message}`));
  }
  return null;
}

function duplicates(rules: readonly Rule[]): Fault[] {
  const seen = new Map<string, Rule>();
  const faults: Fault[] = [];
  for (const rule of rules) {
    const first = seen.get(rule.id);
    if (first)
      faults.push(fault(rule.place, `编号重复：${rule.id}，另见 ${first.place}`, `id ${rule.id} is used twice, also at ${first.place}`));
    seen.set(rule.id, rule);
  }
  return faults;
}

function fault(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'rules-malformed', place, zh, en });
}
