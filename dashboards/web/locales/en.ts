import { account } from './en/account.ts';
import { audit } from './en/audit.ts';
import { errors } from './en/errors.ts';
import { menu } from './en/menu.ts';
import { oversight } from './en/oversight.ts';
import { shell } from './en/shell.ts';
import { site } from './en/site.ts';
import { stores } from './en/stores.ts';
import type { Texts } from './zh.ts';

/** Texts of the pages, key by key beside the Chinese ones. */
export const en: Texts = { ...shell, ...account, ...menu, ...site, ...audit, ...oversight, ...stores, ...errors };
