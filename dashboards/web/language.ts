import { ref } from 'vue';
import { type Lang, named, type WordKey, word, wordOr } from '../../config/words/word.ts';
import { en } from './locales/en.ts';
import { type Texts, zh } from './locales/zh.ts';

const TEXTS: Readonly<Record<Lang, Texts>> = { zh, en };
const KEPT = 'liangheng.lang';

/** Language of the pages: what was chosen before, Chinese otherwise. */
export const lang = ref<Lang>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh');
document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';

export function switchLanguage(): void {
  lang.value = lang.value === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEPT, lang.value);
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
}

export const text = (key: keyof Texts): string => TEXTS[lang.value][key];
export const label = (key: WordKey): string => word(lang.value, key);
export const labelOr = (key: string, otherwise: string): string => wordOr(lang.value, key, otherwise);
export const nameOf = (name: string | { zh: string; en?: string }): string => named(name, lang.value);

/** What went wrong, by the server's code where it is known. */
export function refused(error: unknown): string {
  const code = error instanceof Error ? error.message : String(error);
  const key = `error.${code}`;
  return key in TEXTS[lang.value] ? text(key as keyof Texts) : `${text('error.other')} (${code})`;
}
/** The text of a key that comes from the server, or `otherwise` where there is none. */
export const textOr = (key: string, otherwise: string): string => (key in TEXTS[lang.value] ? text(key as keyof Texts) : otherwise);
export const roleName = (role: string): string => textOr(`role.${role}`, role);
