import { unzipSync } from 'fflate';

/** Two numbers are the same figure up to this share of their size: the order of a sum may differ between machines. */
const SAME = 1e-9;

/** Where two JSON documents differ: paths such as `balances[3].streams[1].total`, at most `limit` of them. */
export function figureDifferences(told: unknown, computed: unknown, limit = 20, place = ''): readonly string[] {
  if (typeof told === 'number' && typeof computed === 'number') {
    return Math.abs(told - computed) <= SAME * Math.max(Math.abs(told), Math.abs(computed)) ? [] : [place];
  }
  if (typeof told !== 'object' || typeof computed !== 'object' || told === null || computed === null)
    return told === computed ? [] : [place];
  const [left, right] = [told as Record<string, unknown>, computed as Record<string, unknown>];
  const found: string[] = [];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (found.length >= limit) break;
    const inner = Array.isArray(told) ? `${place}[${key}]` : `${place === '' ? '' : `${place}.`}${key}`;
    found.push(...figureDifferences(left[key], right[key], limit - found.length, inner));
  }
  return found;
}

/** Parts of an Office document (docx, xlsx) that differ; when it was written does not count. */
export function officeDifferences(told: Uint8Array, computed: Uint8Array): readonly string[] {
  const [left, right] = [partsOf(told), partsOf(computed)];
  if (left === null || right === null) return ['zip'];
  const same = (name: string) =>
    left[name] !== undefined && right[name] !== undefined && comparable(left[name]) === comparable(right[name]);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((name) => !name.startsWith('docProps/') && !same(name));
}

/** The bytes of a part as text, its bookmarks and ids without their numbers, which count up through a process. */
function comparable(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/_Toc\d+/g, '_Toc')
    .replaceAll(/\b(w:)?id="\d+"/g, 'id=""');
}

function partsOf(bytes: Uint8Array): Record<string, Uint8Array> | null {
  try {
    return unzipSync(bytes);
  } catch {
    return null;
  }
}
