import { en } from './en.ts';
import { zh } from './zh.ts';

export type Lang = 'zh' | 'en';
export type WordKey = keyof typeof zh;

const LANGUAGES: Readonly<Record<Lang, Readonly<Record<WordKey, string>>>> = { zh, en };

/** The label of a key in a language. */
export function word(lang: Lang, key: WordKey): string {
  return LANGUAGES[lang][key];
}

/** The label of a key that comes from data (a kind of a rule table, say), or `otherwise` where no label is known. */
export function wordOr(lang: Lang, key: string, otherwise: string): string {
  return (LANGUAGES[lang] as Readonly<Record<string, string>>)[key] ?? otherwise;
}

/** A name as plant files write it, a Chinese text or {zh, en}, in a language; Chinese where there is no English. */
export function named(label: string | { readonly zh: string; readonly en?: string | undefined }, lang: Lang): string {
  if (typeof label === 'string') return label;
  return lang === 'en' ? (label.en ?? label.zh) : label.zh;
}
