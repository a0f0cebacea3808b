import type { BalanceDefinition, ChannelFields, Device, Medium, Meter, MeteringPoint, PlantFile, Stock, Stream, Unit } from './schema.ts';

/**
 * One reading of an instrument, which samples belong to. Its id is the meter's id for the meter's own reading and `meter.name` for a
 * further one.
 */
export interface Channel extends ChannelFields {
  readonly id: string;
  readonly meter: Meter;
}

/** A checked plant: the file's content with every reference known to hold, and look-ups by id. */
export interface Plant {
  readonly file: PlantFile;
  /** Absolute path of the plant file. */
  readonly path: string;
  readonly id: string;
  /** Minutes east of UTC of the plant's fixed offset. */
  readonly offsetMinutes: number;
  readonly simulated: boolean;
  readonly units: ReadonlyMap<string, Unit>;
  readonly media: ReadonlyMap<string, Medium>;
  readonly meters: ReadonlyMap<string, Meter>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly points: ReadonlyMap<string, MeteringPoint>;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly stocks: ReadonlyMap<string, Stock>;
  readonly balances: ReadonlyMap<string, BalanceDefinition>;
  readonly devices: ReadonlyMap<string, Device>;
  /** Folder for journal, stores and results: `LIANGHENG_DATA`/<plant id>, or `data/<plant id>` under the working folder. */
  readonly dataDir: string;
}
