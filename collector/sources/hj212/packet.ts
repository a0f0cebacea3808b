/** `key=value` as it stands in a packet. */
export type Field = readonly [key: string, value: string];

/**
 * One HJ 212 packet, field for field in its own order, so that it can be written again byte for byte. Values stay text: what a code
 * means and in which unit is decided where the station is known.
 */
export interface Packet {
  /** Header fields before CP: QN, ST, CN, PW, MN, Flag, PNUM, PNO, RF, in the order received. */
  readonly header: readonly Field[];
  /** The fields of CP: groups divided by `;`, within a group by `,`. */
  readonly groups: readonly (readonly Field[])[];
}

export type Version = '2005' | '2017' | '2025';

/** One monitored item: a code and what the packet says of it, keyed by what follows the hyphen (Rtd, Avg, Cou, Flag, …). */
export interface Item {
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
}

export function headerField(packet: Packet, key: string): string | null {
  for (const field of packet.header) if (field[0] === key) return field[1];
  return null;
}

/** Bits of Flag: version in V5…V0, then D (split packets), then A (an answer is wanted). null where there is no Flag (2005). */
export function flagOf(packet: Packet): { readonly version: number; readonly split: boolean; readonly answer: boolean } | null {
  const text = headerField(packet, 'Flag');
  if (text === null || !/^\d{1,3}$/.test(text)) return null;
  const flag = Number(text);
  return { version: flag >> 2, split: (flag & 2) !== 0, answer: (flag & 1) !== 0 };
}

/**
 * Version by Flag: 0 or none is 2005, 1 is 2017, 2 is 2025. The surface-water protocol of 2020 used version bits 2 before HJ 212-2025
 * did; for ST=21 they therefore do not prove 2025.
 */
export function versionOf(packet: Packet): Version {
  const version = flagOf(packet)?.version ?? 0;
  if (version === 0) return '2005';
  if (version === 1) return '2017';
  return headerField(packet, 'ST') === '21' ? '2017' : '2025';
}

/** One plain CP field; of one that stands there twice, the last. */
export function plainField(packet: Packet, key: string): string | undefined {
  let value: string | undefined;
  for (const group of packet.groups) for (const field of group) if (field[0] === key) value = field[1];
  return value;
}

/** Plain CP fields (DataTime, PolId, …), which name no code. */
export function plainFields(packet: Packet): Record<string, string> {
  return Object.fromEntries(packet.groups.flat().filter(([key]) => !key.includes('-')));
}

/** Items by group: values of one code within one group belong together; the same code in two groups is two items. */
export function itemsOf(packet: Packet): Item[] {
  const items: { readonly code: string; readonly values: Record<string, string> }[] = [];
  for (const group of packet.groups) {
    let last: (typeof items)[0] | null = null;
    for (const [key, value] of group) {
      const hyphen = key.indexOf('-');
      if (hyphen < 0) continue;
      const code = key.slice(0, hyphen);
      const name = key.slice(hyphen + 1);
      if (last === null || last.code !== code || Object.hasOwn(last.values, name)) {
        last = { code, values: {} };
        items.push(last);
      }
      last.values[name] = value;
    }
  }
  return items;
}
