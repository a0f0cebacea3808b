import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { compactedMeters } from './compact.ts';
import type { Meter, PlantFile } from './schema.ts';

/** When nobody has looked for so long, what was made is dropped. */
const KEPT_MS = 15_000;
const QUICKLY = { level: 1 };

/** An array of meters from its JSON. */
export const packed = (json: string): Buffer => deflateRawSync(json, QUICKLY);

/**
 * The meters of a plant, held as deflated JSON and made again when someone looks: a collector of a hundred thousand points looks at them
 * when it starts and when its plant file is saved again, and saves some 25 MB between. While they are looked at often they stay made.
 */
export class PackedMeters implements ReadonlyMap<string, Meter> {
  readonly size: number;
  readonly #parts: readonly Buffer[];
  #made: { readonly all: Meter[]; readonly byId: ReadonlyMap<string, Meter> } | null = null;
  #forgetting: NodeJS.Timeout | null = null;

  /** @param parts arrays of meters as `packed` makes them, in the order of the plant file, with `size` meters in all. */
  constructor(parts: readonly Buffer[], size: number) {
    this.#parts = parts;
    this.size = size;
  }

  /** A plant file with these meters, which are made when someone looks at them. */
  in(file: Omit<PlantFile, 'meters'>): PlantFile {
    return Object.defineProperty({ ...file } as PlantFile, 'meters', { get: () => this.#look().all, enumerable: true });
  }

  get(id: string): Meter | undefined {
    return this.#look().byId.get(id);
  }

  has(id: string): boolean {
    return this.#look().byId.has(id);
  }

  keys(): MapIterator<string> {
    return this.#look().byId.keys();
  }

  values(): MapIterator<Meter> {
    return this.#look().byId.values();
  }

  entries(): MapIterator<[string, Meter]> {
    return this.#look().byId.entries();
  }

  [Symbol.iterator](): MapIterator<[string, Meter]> {
    return this.entries();
  }

  forEach(callback: (meter: Meter, id: string, map: ReadonlyMap<string, Meter>) => void): void {
    for (const [id, meter] of this) callback(meter, id, this);
  }

  #look(): { readonly all: Meter[]; readonly byId: ReadonlyMap<string, Meter> } {
    if (this.#forgetting === null) {
      this.#forgetting = setTimeout(() => {
        this.#made = null;
        this.#forgetting = null;
      }, KEPT_MS).unref();
    } else this.#forgetting.refresh();
    if (this.#made === null) {
      const all = this.#parts.flatMap((part) => compactedMeters(inflateRawSync(part).toString()));
      this.#made = { all, byId: new Map(all.map((meter) => [meter.id, meter])) };
    }
    return this.#made;
  }
}
