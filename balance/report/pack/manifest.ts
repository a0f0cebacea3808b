import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { Lang } from '../../../config/words/word.ts';
import type { BalanceReport } from '../../media/result.ts';

export const FORMAT = 'liangheng-evidence 1';
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';
export const PUBLIC_KEY = 'manifest.pub';

/** Contents by path within the pack. */
export type PackFiles = Readonly<Record<string, Uint8Array>>;

/** What an evidence pack proves, and the hash of every file in it. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly program: string;
  readonly plant: string;
  readonly lang: Lang;
  readonly window: BalanceReport['window'];
  readonly revision: number;
  readonly journal: BalanceReport['journal'];
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

/** What is wrong with a pack. */
export interface PackFinding {
  readonly what: 'changed' | 'removed' | 'added' | 'signature' | 'journal' | 'rule' | 'figure' | 'document';
  /** A path in the pack, with what in it is meant behind a colon. */
  readonly place: string;
}

export function hashesOf(files: PackFiles): Manifest['files'] {
  return Object.fromEntries(
    Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => [path, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }]),
  );
}

/** Files that are not what the manifest says, that it names and are gone, and that it does not name. */
export function differences(manifest: Manifest, files: PackFiles): readonly PackFinding[] {
  const now = hashesOf(files);
  const own = new Set([MANIFEST, SIGNATURE, PUBLIC_KEY]);
  const findings: PackFinding[] = [];
  for (const [path, { sha256 }] of Object.entries(manifest.files)) {
    if (now[path] === undefined) findings.push({ what: 'removed', place: path });
    else if (now[path].sha256 !== sha256) findings.push({ what: 'changed', place: path });
  }
  for (const path of Object.keys(files))
    if (manifest.files[path] === undefined && !own.has(path)) findings.push({ what: 'added', place: path });
  return findings;
}

/** An Ed25519 signature over the manifest's bytes and the public key that checks it, both as text. */
export function signed(manifest: Uint8Array, privateKeyPem: string): { readonly signature: string; readonly publicKey: string } {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new RangeError(`the key is ${key.asymmetricKeyType}, not ed25519`);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return { signature: `${sign(null, manifest, key).toString('base64')}\n`, publicKey };
}

/** Whether a signature is that of a public key over the manifest's bytes. */
export function isSignedBy(manifest: Uint8Array, signature: string, publicKeyPem: string): boolean {
  try {
    return verify(null, manifest, createPublicKey(publicKeyPem), Buffer.from(signature.trim(), 'base64'));
  } catch {
    return false;
  }
}
