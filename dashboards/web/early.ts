/** Answers of the API that came with the page itself, by address. */
const early = new Map<string, unknown>(Object.entries(JSON.parse(document.getElementById('early')?.textContent || '{}')));

/** The answer to a question that the page came with, once; null where it has none: what is asked again is asked of the server. */
export function takeEarly<T>(url: string): T | null {
  const found = early.get(url) ?? null;
  early.delete(url);
  return found as T | null;
}
