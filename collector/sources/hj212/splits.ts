import { headerField, type Packet, plainField } from './packet.ts';

/** How long the parts of one split packet may be apart. */
const SPLIT_MS = 600_000;
/** Split packets that are put together at one time. */
const MOST_OPEN = 64;

/** A part of a split packet. */
export interface Part {
  /** DataTime of the whole, which the later parts may leave to the first. */
  readonly dataTime: string | undefined;
  /** Takes note that this part is on disk. @returns whether all are. */
  complete(): boolean;
}

/** Split packets of one station, each until its last part is on disk. @source HJ 212-2017 appendix C (PNUM, PNO) */
export class Splits {
  readonly #open = new Map<string, { readonly dataTime: string; readonly atMs: number; readonly parts: Set<number> }>();

  /** The part that a packet is; null where it is whole. */
  partOf(packet: Packet, cn: string, nowMs: number): Part | null {
    const number = Number(headerField(packet, 'PNO') ?? 1);
    const of = Number(headerField(packet, 'PNUM') ?? 1);
    if (of <= 1) return null;
    const dataTime = plainField(packet, 'DataTime');
    const key = `${cn}|${of}`;
    let known = this.#open.get(key);
    if (known !== undefined && (nowMs - known.atMs > SPLIT_MS || (dataTime !== undefined && dataTime !== known.dataTime)))
      known = undefined;
    if (known === undefined && dataTime !== undefined) {
      known = { dataTime, atMs: nowMs, parts: new Set() };
      this.#open.set(key, known);
      if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
    }
    const own = known;
    return {
      dataTime: own?.dataTime,
      complete: () => own === undefined || own.parts.add(number).size >= of,
    };
  }
}
