import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../../config/words/fault.ts';
import { exclusively } from './exclusive.ts';
import { ROLES, SCOPES } from './roles.ts';

const plants = z.union([z.literal('*'), z.array(z.string())]).describe('ids of plants, or * for every one');
const password = z.strictObject({ n: z.int(), r: z.int(), p: z.int(), salt: z.string(), hash: z.string() });

const userSchema = z.strictObject({
  name: z.string(),
  role: z.enum(ROLES),
  plants,
  disabled: z.boolean(),
  /** null until its one-time link has been used. */
  password: password.nullable(),
  link: z.strictObject({ sha256: z.string(), expiresMs: z.number() }).nullable(),
  createdMs: z.number(),
});
const tokenSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  plants,
  sha256: z.string(),
  createdMs: z.number(),
  createdBy: z.string(),
  expiresMs: z.number().nullable(),
});
const contentSchema = z.strictObject({ version: z.literal(1), users: z.array(userSchema), tokens: z.array(tokenSchema) });

export type User = z.output<typeof userSchema>;
export type Token = z.output<typeof tokenSchema>;
export type Plants = z.output<typeof plants>;
export type Content = z.output<typeof contentSchema>;

/** Names differ by more than capitals and width. */
export const nameKey = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
export const covers = (granted: Plants, plant: string): boolean => granted === '*' || granted.includes(plant);

/** The file of users and tokens. Passwords, links and tokens are in it as digests only. */
export class UserBook {
  readonly #path: string;
  #content: Content = { version: 1, users: [], tokens: [] };
  #stamp = '';

  constructor(folder: string) {
    this.#path = join(folder, 'users.json');
  }

  /** What the file says now. @throws Fault where it cannot be understood: nobody is let in on a guess. */
  async read(): Promise<Content> {
    const stamp = await stat(this.#path).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      },
    );
    if (stamp !== this.#stamp) {
      this.#content = stamp === '' ? { version: 1, users: [], tokens: [] } : await this.#parse();
      this.#stamp = stamp;
    }
    return this.#content;
  }

  /** Changes the content and waits until it is on disk. What `change` throws leaves everything as it was. */
  change<T>(change: (content: Content) => T): Promise<T> {
    return exclusively(`${this.#path}.lock`, async () => {
      const content = structuredClone(await this.read());
      const result = change(content);
      const draft = `${this.#path}.new`;
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#path);
      return result;
    });
  }

  async #parse(): Promise<Content> {
    try {
      return contentSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (cause) {
      throw new Fault({
        code: 'users.unreadable',
        place: this.#path,
        zh: '用户文件无法解析；请从备份恢复，或移走它以重新设置管理员',
        en: 'the file of users cannot be understood; restore it from a backup, or move it away to set up an administrator anew',
        cause,
      });
    }
  }
}

export async function openUserBook(folder: string): Promise<UserBook> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const book = new UserBook(folder);
  await book.read();
  return book;
}
