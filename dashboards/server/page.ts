import { z } from 'zod';

const LONGEST_PAGE = 10_000;

/** How a list that grows is asked for, a page at a time: `next` of one answer is the `cursor` of the page after it. */
export const pageSchema = (usual: number) =>
  z.object({
    cursor: z.string().min(1).max(100).optional().describe('`next` of the page before'),
    limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(usual),
  });

/**
 * One page of a list, newest first: what comes after the cursor. `keyOf` falls from one to the next and is never given to another, so
 * that a list that grows meanwhile neither repeats nor leaves out anything older.
 */
export function pageOf<T>(
  newestFirst: readonly T[],
  keyOf: (one: T) => string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly page: readonly T[]; readonly next: string | null } {
  const rest = cursor === undefined ? newestFirst : newestFirst.filter((one) => keyOf(one) < cursor);
  const page = rest.slice(0, limit);
  return { page, next: rest.length > page.length ? keyOf(page.at(-1)!) : null };
}
