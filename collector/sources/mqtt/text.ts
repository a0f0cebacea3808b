import { isUtf8 } from 'node:buffer';

const GB18030 = new TextDecoder('gb18030', { fatal: true });

/** A payload as text: UTF-8, else GBK or GB18030 as gateways in China send it; null where the bytes are neither. */
export function textOf(bytes: Buffer): string | null {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  try {
    return GB18030.decode(bytes);
  } catch {
    return null;
  }
}
