import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK = 16;

/**
 * The content of CP as HJ 212-2025 encrypts it: SM4 in ECB mode without padding over whole blocks, written `{0xE4,0x3E,…}`; what does
 * not fill a block follows in the clear. Length and CRC of the packet are those of the plain text.
 *
 * @param key 16 bytes.
 * @throws RangeError where the key has another length.
 * @source HJ 212-2025 6.4, by its published example vectors
 */
export function encryptBody(body: Uint8Array, key: Uint8Array): Buffer {
  requireKey(key);
  const whole = body.length - (body.length % BLOCK);
  if (whole === 0) return Buffer.from(body);
  const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(body.subarray(0, whole)), cipher.final()]);
  const written = [...encrypted].map((byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(',');
  return Buffer.concat([Buffer.from(`{${written}}`), body.subarray(whole)]);
}

/** The plain content, or null where it is not written as `encryptBody` writes it. */
export function decryptBody(body: Uint8Array, key: Uint8Array): Buffer | null {
  requireKey(key);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const written = /^\{((?:0x[0-9A-Fa-f]{2},)*0x[0-9A-Fa-f]{2})\}/.exec(text);
  if (written === null) return null;
  const encrypted = Buffer.from(written[1]!.replaceAll(/0x|,/g, ''), 'hex');
  if (encrypted.length % BLOCK !== 0) return null;
  const decipher = createDecipheriv('sm4-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypted), decipher.final(), body.subarray(written[0].length)]);
}

function requireKey(key: Uint8Array): void {
  if (key.length !== BLOCK) throw new RangeError(`an SM4 key has 16 bytes, not ${key.length}`);
}
