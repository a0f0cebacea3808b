import { FieldType, type InfluxDB, type IPoint } from 'influx';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../../sample/sample.ts';
import type { QuarantineFile } from '../quarantine.ts';

export const MEASUREMENT = 'sample';
const BATCH_POINTS = 5000;

/** Writes samples in batches, each confirmed by the server before the next. */
export class SampleWriter {
  readonly #client: InfluxDB;
  readonly #plant: string;
  readonly #quarantine: QuarantineFile;

  constructor(client: InfluxDB, plant: string, quarantine: QuarantineFile) {
    client.addSchema({
      measurement: MEASUREMENT,
      tags: ['plant', 'channel'],
      fields: { v: FieldType.FLOAT, q: FieldType.INTEGER, r: FieldType.INTEGER, o: FieldType.INTEGER },
    });
    this.#client = client;
    this.#plant = plant;
    this.#quarantine = quarantine;
  }

  /** Rejects where the server could not be asked or did not confirm; what it refuses for good goes to quarantine. */
  async write(samples: Iterable<Sample>): Promise<void> {
    let batch: Sample[] = [];
    for (const sample of samples) {
      batch.push(sample);
      if (batch.length < BATCH_POINTS) continue;
      await this.#send(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#send(batch);
  }

  /** A refused batch is halved until the refused sample stands alone; the good ones are written on the way. */
  async #send(batch: readonly Sample[]): Promise<void> {
    try {
      await this.#client.writePoints(
        batch.map((sample) => this.#point(sample)),
        { precision: 'ms' },
      );
    } catch (error) {
      const status = statusOf(error);
      if (status !== 400 && status !== 413) throw error;
      if (batch.length === 1) {
        await this.#quarantine.add(batch[0]!, error instanceof Error ? error.message : String(error));
        return;
      }
      const middle = batch.length >> 1;
      await this.#send(batch.slice(0, middle));
      await this.#send(batch.slice(middle));
    }
  }

  #point({ channel, timeMs, value, quality, reason, origin }: Sample): IPoint {
    const codes = { q: QUALITY_CODE[quality], r: REASON_CODE[reason], o: ORIGIN_CODE[origin] };
    return {
      measurement: MEASUREMENT,
      tags: { plant: this.#plant, channel },
      fields: value === null ? codes : { v: value, ...codes },
      timestamp: timeMs,
    };
  }
}

/** HTTP status of a refused request, null where no answer came or the server failed. */
function statusOf(error: unknown): number | null {
  const status = (error as { res?: { statusCode?: unknown } }).res?.statusCode;
  return typeof status === 'number' ? status : null;
}
