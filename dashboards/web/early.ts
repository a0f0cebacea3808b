/** Answers of the API that came with the page itself, by address. */
const early = new Map<string, unknown>(Object.entries(JSON.parse(document.getElementById('early')?.textContent || '{}')));

/** How old an answer may be and still be taken for one: as long as a page waits before it asks again. */
const FRESH_MS = 5_000;

/**
 * The answer to a question that the page came with, once, while it is fresh; null where it has none: what is asked later is asked of the
 * server, so that nothing old is shown as new.
 */
export function takeEarly<T>(url: string): T | null {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const ageMs = performance.now() - (page?.responseStart ?? 0);
  const found = ageMs < FRESH_MS ? (early.get(url) ?? null) : null;
  early.delete(url);
  return found as T | null;
}
