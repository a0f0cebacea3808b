import type { Page } from 'playwright-core';
import { en } from '../../dashboards/web/locales/en.ts';
import { zh } from '../../dashboards/web/locales/zh.ts';
import type { RunningExample } from './running.ts';
import type { Lang, WORDS } from './words.ts';

/** Every text of the pages, by language. */
export const TEXTS = { zh, en } as const;

/** A person who has signed in, and what the test does with what they see. */
export interface Visit {
  readonly page: Page;
  readonly lang: Lang;
  readonly words: (typeof WORDS)[Lang];
  readonly texts: (typeof TEXTS)[Lang];
  readonly example: RunningExample;
  go(page: Page, path: string): Promise<void>;
  /** Keeps a picture of a page that has settled, and holds it against axe. */
  keep(page: Page, name: string): Promise<void>;
}
