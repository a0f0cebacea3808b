/**
 * Chance without a state: the same seed and keys give the same draw, on every machine and after every restart.
 *
 * Keys are hashed with 32-bit FNV-1a and mixed with the finaliser of MurmurHash3, twice for 53 bits.
 */
export function uniformOf(seed: number, ...keys: readonly (string | number)[]): number {
  let [high, low] = [0x811c9dc5 ^ seed, 0x2545f491 ^ Math.imul(seed + 1, 0x9e3779b1)];
  for (const key of keys) {
    if (typeof key === 'number') {
      const [over, under] = [Math.floor(key / 0x1_0000_0000) | 0, key | 0];
      high = Math.imul(high ^ under, 0x01000193) ^ over;
      low = mixed(low ^ Math.imul(under, 0x85ebca6b) ^ over);
    } else {
      for (let at = 0; at < key.length; at++) {
        high = Math.imul(high ^ key.charCodeAt(at), 0x01000193);
        low = Math.imul(low ^ key.charCodeAt(at), 0x5bd1e995);
      }
    }
    high = mixed(high ^ 0x7f);
    low = mixed(low);
  }
  return ((mixed(high ^ low) >>> 0) * 0x20_0000 + (mixed(low ^ 0x1b873593) >>> 11)) / 2 ** 53;
}

/** A draw from N(0, 1) by Box and Muller's transformation of two uniform draws. */
export function normalOf(seed: number, ...keys: readonly (string | number)[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformOf(seed, ...keys, 'radius')));
  return radius * Math.cos(2 * Math.PI * uniformOf(seed, ...keys, 'angle'));
}

function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
