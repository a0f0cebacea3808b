import type { Role } from './roles.ts';
import { digestOf, newSecret } from './secret.ts';

export interface Session {
  readonly user: string;
  /** A visitor of a simulated plant: no user of the file. */
  readonly visitor: Role | null;
  /** What a page repeats with each POST: another site cannot know it. */
  readonly csrf: string;
  readonly startedMs: number;
  seenMs: number;
}

const IDLE_MS = 8 * 3_600_000;
const LONGEST_MS = 24 * 3_600_000;
const MOST = 10_000;

/** Who is signed in. Kept in memory: a restart signs everyone out. */
export class Sessions {
  readonly #byDigest = new Map<string, Session>();

  /** Starts a session and gives the secret for its cookie. */
  start(user: string, visitor: Role | null = null): string {
    const secret = newSecret();
    const nowMs = Date.now();
    if (this.#byDigest.size >= MOST) this.#byDigest.delete(this.#byDigest.keys().next().value!);
    this.#byDigest.set(digestOf(secret), { user, visitor, csrf: newSecret(), startedMs: nowMs, seenMs: nowMs });
    return secret;
  }

  find(secret: string): Session | null {
    const digest = digestOf(secret);
    const session = this.#byDigest.get(digest);
    if (session === undefined) return null;
    const nowMs = Date.now();
    if (nowMs - session.seenMs > IDLE_MS || nowMs - session.startedMs > LONGEST_MS) {
      this.#byDigest.delete(digest);
      return null;
    }
    session.seenMs = nowMs;
    return session;
  }

  end(secret: string): void {
    this.#byDigest.delete(digestOf(secret));
  }

  /** Ends every session of a user but the one named. */
  endAll(user: string, but?: string): void {
    const kept = but === undefined ? null : digestOf(but);
    for (const [digest, session] of this.#byDigest) {
      if (session.user === user && session.visitor === null && digest !== kept) this.#byDigest.delete(digest);
    }
  }
}
