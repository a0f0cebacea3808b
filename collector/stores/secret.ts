import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../config/words/fault.ts';

export type Secret = { readonly env: string } | { readonly file: string };

/**
 * @param base folder from which a relative path of a file counts.
 * @throws Fault store.secret where the environment or the file does not hold it.
 */
export async function readSecret(secret: Secret, base: string): Promise<string> {
  const value = 'env' in secret ? process.env[secret.env] : await readFile(resolve(base, secret.file), 'utf8').catch(() => undefined);
  if (value !== undefined && value.trim() !== '') return value.trim();
  const from = 'env' in secret ? secret.env : secret.file;
  throw new Fault({
    code: 'store.secret',
    place: from,
    zh: 'env' in secret ? `环境变量 ${from} 没有设置` : `读不到密码文件 ${from}`,
    en: 'env' in secret ? `environment variable ${from} is not set` : `the secret's file ${from} cannot be read`,
  });
}
