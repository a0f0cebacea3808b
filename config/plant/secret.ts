import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../words/fault.ts';

/** A secret by reference: plant files never hold one. */
export type Secret = { readonly env: string } | { readonly file: string };

/**
 * The secret that a reference stands for, without white space around it.
 *
 * @param base folder from which a relative path of a file counts: the plant file's.
 * @param place what needs it, for the fault.
 * @throws Fault secret.environment, secret.file where the environment or the file does not hold it.
 */
export function readSecret(secret: Secret, base: string, place: string): string {
  if ('file' in secret) {
    const value = readSecretFile(resolve(base, secret.file), place).toString('utf8').trim();
    if (value !== '') return value;
    throw new Fault({ code: 'secret.file', place, zh: `密码文件 ${secret.file} 是空的`, en: `the secret's file ${secret.file} is empty` });
  }
  const value = process.env[secret.env]?.trim();
  if (value) return value;
  throw new Fault({
    code: 'secret.environment',
    place,
    zh: `环境变量 ${secret.env} 没有设置`,
    en: `the environment variable ${secret.env} is not set`,
  });
}

/** A certificate or key file as it is. @throws Fault secret.file where it cannot be read. */
export function readSecretFile(path: string, place: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Fault({ code: 'secret.file', place, zh: `读不到文件 ${path}`, en: `cannot read ${path}`, cause });
  }
}
