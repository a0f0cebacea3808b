import { account } from './zh/account.ts';
import { audit } from './zh/audit.ts';
import { errors } from './zh/errors.ts';
import { menu } from './zh/menu.ts';
import { oversight } from './zh/oversight.ts';
import { shell } from './zh/shell.ts';
import { site } from './zh/site.ts';
import { stores } from './zh/stores.ts';

/** 网页上的文字，每组网页一个文件，键与英文相同。 */
export const zh = { ...shell, ...account, ...menu, ...site, ...audit, ...oversight, ...stores, ...errors };

export type Texts = Readonly<Record<keyof typeof zh, string>>;
