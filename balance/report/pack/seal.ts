import { createHash } from 'node:crypto';

const END_BYTES = 22;
const SIGNATURE = 0x06054b50;
const PREFIX = 'sha256 ';
/** `sha256 ` and 64 hexadecimal digits. */
const SEAL_BYTES = PREFIX.length + 64;

/**
 * The end of an archive with its seal: the comment at its end holds the SHA-256 of every byte before it, those included that belong to no
 * file. Whoever packs the files anew makes an archive without one, which proves no less: the manifest holds the files.
 *
 * @param before SHA-256 over what was written before `end`
 * @param end last bytes of an archive without a comment
 */
export function sealed(before: ReturnType<typeof createHash>, end: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(end.length + SEAL_BYTES);
  bytes.set(end);
  bytes.writeUInt16LE(SEAL_BYTES, end.length - 2);
  const digest = before.update(bytes.subarray(0, end.length)).digest('hex');
  bytes.write(`${PREFIX}${digest}`, end.length, 'latin1');
  return bytes;
}

/** Whether an archive is byte by byte what was written, was packed anew (no seal), or is neither. */
export function sealState(zip: Uint8Array): 'whole' | 'repacked' | 'broken' {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
  const bare = bytes.length - END_BYTES;
  if (bare >= 0 && bytes.readUInt32LE(bare) === SIGNATURE && bytes.readUInt16LE(bare + 20) === 0) return 'repacked';
  const at = bare - SEAL_BYTES;
  if (at < 0 || bytes.readUInt32LE(at) !== SIGNATURE || bytes.readUInt16LE(at + 20) !== SEAL_BYTES) return 'broken';
  const [content, comment] = [bytes.subarray(0, at + END_BYTES), bytes.subarray(at + END_BYTES).toString('latin1')];
  return comment === `${PREFIX}${createHash('sha256').update(content).digest('hex')}` ? 'whole' : 'broken';
}
