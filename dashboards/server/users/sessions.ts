import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ROLES, type Role } from './roles.ts';
import { digestOf, newSecret } from './secret.ts';

export interface Session {
  readonly user: string;
  /** A visitor of a simulated plant: no user of the file. */
  readonly visitor: Role | null;
  /** What a page repeats with each POST: another site cannot know it. Follows from the session's secret and is kept nowhere. */
  readonly csrf: string;
  readonly startedMs: number;
  readonly seenMs: number;
}

const IDLE_MS = 8 * 3_600_000;
const LONGEST_MS = 24 * 3_600_000;
const MOST = 10_000;
/** How much of the idle time a restart may give back. */
const WRITTEN_EVERY_MS = 5 * 60_000;

const keptSchema = z.record(
  z.string().regex(/^[0-9a-f]{64}$/),
  z.strictObject({ user: z.string(), visitor: z.enum(ROLES).nullable(), startedMs: z.number(), seenMs: z.number() }),
);
interface Kept {
  readonly user: string;
  readonly visitor: Role | null;
  readonly startedMs: number;
  seenMs: number;
}

/**
 * Who is signed in. On disk stand digests of the secrets only, so that a restart signs nobody out and whoever reads the file gets in as
 * nobody. A file that cannot be understood signs everyone out.
 */
export class Sessions {
  readonly #byDigest: Map<string, Kept>;
  readonly #path: string | null;
  #writtenMs = 0;

  constructor(path: string | null = null) {
    this.#path = path;
    this.#byDigest = new Map(path === null ? [] : Object.entries(read(path)));
  }

  /** Starts a session and gives the secret for its cookie. */
  start(user: string, visitor: Role | null = null): string {
    const secret = newSecret();
    const nowMs = Date.now();
    if (this.#byDigest.size >= MOST) this.#byDigest.delete(this.#byDigest.keys().next().value!);
    this.#byDigest.set(digestOf(secret), { user, visitor, startedMs: nowMs, seenMs: nowMs });
    this.#write(nowMs);
    return secret;
  }

  find(secret: string): Session | null {
    const digest = digestOf(secret);
    const kept = this.#byDigest.get(digest);
    if (kept === undefined) return null;
    const nowMs = Date.now();
    if (isOver(kept, nowMs)) {
      this.#byDigest.delete(digest);
      this.#write(nowMs);
      return null;
    }
    kept.seenMs = nowMs;
    if (nowMs - this.#writtenMs > WRITTEN_EVERY_MS) this.#write(nowMs);
    return { ...kept, csrf: digestOf(`csrf ${secret}`) };
  }

  end(secret: string): void {
    this.#byDigest.delete(digestOf(secret));
    this.#write(Date.now());
  }

  /** Ends every session of a user but the one named. */
  endAll(user: string, but?: string): void {
    const kept = but === undefined ? null : digestOf(but);
    for (const [digest, session] of this.#byDigest) {
      if (session.user === user && session.visitor === null && digest !== kept) this.#byDigest.delete(digest);
    }
    this.#write(Date.now());
  }

  #write(nowMs: number): void {
    this.#writtenMs = nowMs;
    if (this.#path === null) return;
    for (const [digest, kept] of this.#byDigest) if (isOver(kept, nowMs)) this.#byDigest.delete(digest);
    const draft = `${this.#path}.${process.pid}.new`;
    writeFileSync(draft, JSON.stringify(Object.fromEntries(this.#byDigest)), { mode: 0o600 });
    renameSync(draft, this.#path);
  }
}

/** A session from the future is over too: the clock was wrong when it began, or is now. */
const isOver = ({ startedMs, seenMs }: Kept, nowMs: number): boolean =>
  nowMs - seenMs > IDLE_MS || nowMs - startedMs > LONGEST_MS || startedMs > nowMs + LONGEST_MS;

function read(path: string): Record<string, Kept> {
  if (!existsSync(path)) return {};
  try {
    return keptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
