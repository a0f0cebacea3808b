import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** What trying a password costs: parameters of scrypt. */
export interface PasswordCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** A password as it is kept: scrypt with its own salt and parameters, so that stronger ones can follow. */
export interface PasswordHash extends PasswordCost {
  readonly salt: string;
  readonly hash: string;
}

/** @source OWASP Password Storage Cheat Sheet: scrypt with N = 2^15, r = 8, p = 3 */
export const COST: PasswordCost = { n: 2 ** 15, r: 8, p: 3 };
const BYTES = 32;
const SHORTEST = 10;
const LONGEST = 200;

/** Long enough, and not built around the user's own name. */
export function isAcceptable(password: string, name: string): boolean {
  const { length } = [...password];
  if (length < SHORTEST || length > LONGEST || new Set(password).size < 5) return false;
  return !password.normalize('NFKC').toLowerCase().includes(name);
}

export async function hashOf(password: string, cost: PasswordCost = COST): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { ...cost, salt: salt.toString('base64'), hash: (await derived(password, salt, cost)).toString('base64') };
}

/** Whether it is the password. Without a hash (no such user) it takes as long as one of this cost and says no. */
export async function matches(password: string, kept: PasswordHash | null, asFor: PasswordCost = COST): Promise<boolean> {
  const { salt, ...cost } = kept ?? { ...asFor, salt: 'AAAAAAAAAAAAAAAAAAAAAA==', hash: '' };
  const found = await derived(password, Buffer.from(salt, 'base64'), cost);
  return kept !== null && timingSafeEqual(found, Buffer.from(kept.hash, 'base64'));
}

function derived(password: string, salt: Buffer, { n, r, p }: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC').slice(0, 4 * LONGEST), salt, BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
