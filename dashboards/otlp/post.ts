import { gzipSync } from 'node:zlib';
import { rejectedOf } from './request.ts';
import type { OtlpSettings } from './settings.ts';

/** What became of one request. */
export type Posted =
  | { readonly kind: 'taken' }
  /** Taken, but not all of it; sending it again would change nothing. */
  | { readonly kind: 'partly'; readonly why: string }
  /** Not taken, and never will be. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Try again, after so long where the receiver says so. */
  | { readonly kind: 'away'; readonly why: string; readonly afterMs: number | null };

/** Answers that ask for another try. @source OTLP 1.x, OTLP/HTTP response: retryable codes */
const RETRYABLE: readonly number[] = [429, 502, 503, 504];
/** Answers are a few bytes; of a longer one no more is read. */
const MOST_BYTES = 64 << 10;
/** However long a receiver asks to be left alone, it is tried once in so long. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Posts the body of a request, once. Never rejects. Redirections are not followed: the headers are for this address. */
export async function post(body: Uint8Array, settings: OtlpSettings, stop: AbortSignal): Promise<Posted> {
  const { url, headers, json, gzip, timeoutMs } = settings;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
      headers: {
        ...headers,
        'content-type': json ? 'application/json' : 'application/x-protobuf',
        'user-agent': 'liangheng',
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      },
      body: gzip ? gzipSync(body) : Buffer.from(body),
    });
    const said = await beginningOf(answer);
    if (answer.ok) {
      const rejected = rejectedOf(said, json);
      return rejected === null ? { kind: 'taken' } : { kind: 'partly', why: `${rejected.points} × ${rejected.why}` };
    }
    const why = `HTTP ${answer.status}`;
    if (!RETRYABLE.includes(answer.status)) return { kind: 'refused', why };
    return { kind: 'away', why, afterMs: pauseOf(answer.headers.get('retry-after'), Date.now()) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'away', why: cause instanceof Error ? cause.message : String(cause), afterMs: null };
  }
}

/** Seconds or a date, as milliseconds from now; null for anything else. @source RFC 9110, 10.2.3 */
export function pauseOf(retryAfter: string | null, nowMs: number): number | null {
  if (retryAfter === null) return null;
  const text = retryAfter.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : text.endsWith('GMT') ? Date.parse(text) - nowMs : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS);
}

async function beginningOf({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  if (body === null) return new Uint8Array();
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(parts);
}
