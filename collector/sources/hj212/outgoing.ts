import type { CrcMode } from './crc.ts';
import { encode, segmentOf } from './encode.ts';
import type { Field, Item, Packet } from './packet.ts';
import { written, writtenMs } from './time.ts';

/** Who a logger is to its platform. */
export interface Identity {
  readonly mn: string;
  readonly password: string;
  /** ST: 31 gas, 32 water, … */
  readonly system: string;
  readonly version: '2017' | '2025';
  readonly crc: CrcMode;
  readonly key: Uint8Array | null;
  readonly offsetMinutes: number;
}

/** One period, or one moment, of the values of some codes. */
export interface Report {
  readonly timeMs: number;
  readonly items: readonly Item[];
}

const VERSION = { '2017': 1, '2025': 2 } as const;
const MAX_SEGMENT = 1024;
/** Room that PNUM and PNO take. */
const SPLIT_ROOM = 20;

/** QNs that are never given twice, whatever the clock does. */
export class Numbers {
  readonly #offsetMinutes: number;
  #lastMs = 0;

  constructor(offsetMinutes: number) {
    this.#offsetMinutes = offsetMinutes;
  }

  next(nowMs: number): string {
    this.#lastMs = Math.max(nowMs, this.#lastMs + 1);
    return writtenMs(this.#lastMs, this.#offsetMinutes);
  }
}

/**
 * The packets that tell a report: one, or several numbered ones where it is longer than a packet may be, each with a QN and DataTime of its
 * own.
 *
 * @param answer whether each wants to be acknowledged. @param late marked RF=1, which only HJ 212-2025 knows.
 * @throws RangeError where one item alone is longer than a packet may be.
 */
export function packetsOf(
  identity: Identity,
  numbers: Numbers,
  nowMs: number,
  cn: string,
  report: Report,
  answer: boolean,
  late: boolean,
): Packet[] {
  const time: Field[] = [['DataTime', written(report.timeMs, identity.offsetMinutes)]];
  const header = (part: number, of: number): Field[] => [
    ['QN', numbers.next(nowMs)],
    ['ST', identity.system],
    ['CN', cn],
    ['PW', identity.password],
    ['MN', identity.mn],
    ['Flag', String((VERSION[identity.version] << 2) | (of > 1 ? 2 : 0) | (answer ? 1 : 0))],
    ...(of > 1
      ? ([
          ['PNUM', String(of)],
          ['PNO', String(part)],
        ] as const)
      : []),
    ...(late && identity.version === '2025' ? ([['RF', '1']] as const) : []),
  ];
  const parts: Field[][][] = [[time]];
  const empty = Buffer.byteLength(segmentOf({ header: header(1, 1), groups: [] })) + SPLIT_ROOM;
  const lengthOf = (group: readonly Field[]): number => group.reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}=${value};`), 0);
  let length = empty + lengthOf(time);
  for (const { code, values } of report.items) {
    const group = Object.entries(values).map(([name, value]): Field => [`${code}-${name}`, value]);
    const own = lengthOf(group);
    if (empty + lengthOf(time) + own > MAX_SEGMENT) throw new RangeError(`the values of ${code} are longer than a packet`);
    if (length + own > MAX_SEGMENT) {
      parts.push([time]);
      length = empty + lengthOf(time);
    }
    parts.at(-1)!.push(group);
    length += own;
  }
  return parts.map((groups, index) => ({ header: header(index + 1, parts.length), groups }));
}

/** The bytes of a packet of this logger. */
export function wire(identity: Identity, packet: Packet): Buffer {
  return encode(packet, identity.crc, identity.key);
}
