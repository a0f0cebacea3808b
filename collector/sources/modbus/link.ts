import type { Request } from './frame.ts';

/**
 * What became of one request. `silence`: no answer by the deadline. `confused`: bytes came that are not the answer. `lost`: the link
 * went away.
 */
export type Outcome =
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'confused' | 'lost'; readonly why: string };

/** A connection over which one request at a time is asked and answered. */
export interface Link {
  /**
   * Asks and waits, at most until the deadline. Never rejects.
   *
   * @throws Error while another request is in flight: callers queue, they do not share.
   */
  read(request: Request, deadlineMs: number): Promise<Outcome>;
  /** Frames, or chunks of bytes, that answered nothing in flight. */
  readonly unsolicited: number;
  /** Requests of another master that were heard on the line, and the last of them in words. */
  readonly overheard?: { readonly count: number; readonly last: string };
  /** Never to be used again: it was lost, or closed itself so that whatever comes late dies with it. */
  readonly closed: boolean;
  close(): void;
}
