import type { Label } from './schema.ts';

export type Language = 'zh' | 'en';

/** The name in a language; Chinese where no English one was given. */
export function labelOf(label: Label, language: Language): string {
  if (typeof label === 'string') return label;
  return language === 'en' ? (label.en ?? label.zh) : label.zh;
}
