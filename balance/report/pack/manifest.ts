import { createHash } from 'node:crypto';
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
  /**
   * What a plant keeps to itself (商业秘密), by path: SHA-256 of a salt and the content. Whoever is shown both later can tell that it is
   * what was meant; from the hash alone nobody can guess it.
   */
  readonly withheld?: Readonly<Record<string, { readonly commitment: string; readonly bytes: number }>>;
}

/** What is wrong with a pack. */
export interface PackFinding {
  readonly what:
    | 'archive'
    | 'changed'
    | 'removed'
    | 'added'
    | 'signature'
    | 'journal'
    | 'rule'
    | 'plant'
    | 'meter'
    | 'figure'
    | 'document'
    | 'samples'
    | 'commitment';
  /** A path in the pack, with what in it is meant behind a colon. */
  readonly place: string;
}

/** The hash by which a withheld content is bound: SHA-256 over 32 bytes of salt (hex) and the content. */
export function commitmentOf(saltHex: string, content: Uint8Array): string {
  return createHash('sha256').update(Buffer.from(saltHex, 'hex')).update(content).digest('hex');
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
