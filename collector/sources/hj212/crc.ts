/** How a station computes the four hex digits behind the data segment. */
export type CrcMode = 'hj212' | 'modbus-le' | 'off';

/**
 * Eight shifts move the old low byte out whole, so the standard's bit loop is one look-up by (crc >> 8) ^ byte. The CRC therefore has 256
 * values only, its low byte one of 00 01 40 41 80 81 C0 C1, and swapping two characters eight places apart never changes it: it must
 * be backed by checks of structure.
 */
const TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/**
 * CRC of a data segment (the bytes after the length, through the closing `&&`).
 *
 * @source HJ 212-2017 appendix A
 */
export function crcHj212(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = TABLE[(crc >> 8) ^ byte]!;
  return crc;
}

/** CRC-16 as Modbus has it; some loggers put it, low byte first, where HJ 212 has its own. */
export function crcModbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return crc;
}

const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** The number whose four digits a station of this mode sends, or null where it sends none that mean anything. */
export function crcOf(bytes: Uint8Array, mode: CrcMode): number | null {
  switch (mode) {
    case 'hj212':
      return crcHj212(bytes);
    case 'modbus-le': {
      const crc = crcModbus(bytes);
      return ((crc & 0xff) << 8) | (crc >> 8);
    }
    case 'off':
      return null;
  }
}

/** The same as four digits. */
export function crcDigits(bytes: Uint8Array, mode: CrcMode): string | null {
  const crc = crcOf(bytes, mode);
  return crc === null ? null : hex4(crc);
}

/** What a wrong CRC tells about the station: another dialect, or damage. */
export function diagnoseCrc(bytes: Uint8Array, received: string): string {
  const digits = received.toUpperCase();
  if (digits === crcDigits(bytes, 'modbus-le')) return 'the digits are a Modbus CRC, low byte first: set crc to modbus-le for this station';
  if (digits === hex4(crcModbus(bytes))) return 'the digits are a Modbus CRC, high byte first';
  const low = Number.parseInt(digits.slice(2), 16);
  if ((low & 0x3e) !== 0) return `no HJ 212 CRC ends in ${digits.slice(2)}: another kind of CRC`;
  return 'damaged on the way, or a wrong CRC';
}
