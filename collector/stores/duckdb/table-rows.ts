import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBVector,
  INTEGER,
  UTINYINT,
} from '@duckdb/node-api';

/** Times travel as float64, which holds every millisecond exactly, and become BIGINT on their way in: a BigInt a row costs more. */
const TYPES = [INTEGER, DOUBLE, DOUBLE, UTINYINT, UTINYINT, UTINYINT];
const CHUNK_ROWS = 2048;

/** Rows on their way into a table of the samples' form, as columns that grow by doubling. A value that is missing is NaN. */
export class Rows {
  length = 0;
  channel = new Int32Array(CHUNK_ROWS);
  time = new Float64Array(CHUNK_ROWS);
  value = new Float64Array(CHUNK_ROWS);
  quality = new Uint8Array(CHUNK_ROWS);
  reason = new Uint8Array(CHUNK_ROWS);
  origin = new Uint8Array(CHUNK_ROWS);

  push(channel: number, time: number, value: number, quality: number, reason: number, origin: number): void {
    const at = this.length;
    if (at === this.time.length) this.#grow();
    this.channel[at] = channel;
    this.time[at] = time;
    this.value[at] = value;
    this.quality[at] = quality;
    this.reason[at] = reason;
    this.origin[at] = origin;
    this.length = at + 1;
  }

  appendTo(appender: DuckDBAppender): void {
    // One chunk for all: its memory lies outside the heap, and would stay until someone looks for what is dead in there.
    const chunk = DuckDBDataChunk.create(TYPES);
    const columns = [this.channel, this.time, this.value, this.quality, this.reason, this.origin];
    for (let from = 0; from < this.length; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, this.length - from);
      if (chunk.rowCount !== count) chunk.rowCount = count;
      for (const [k, column] of columns.entries()) fill(chunk.getColumnVector(k), column, from, count);
      appender.appendDataChunk(chunk);
    }
  }

  #grow(): void {
    const double = <T extends Int32Array | Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = 2 * this.time.length;
    this.channel = double(this.channel, new Int32Array(size));
    this.time = double(this.time, new Float64Array(size));
    this.value = double(this.value, new Float64Array(size));
    this.quality = double(this.quality, new Uint8Array(size));
    this.reason = double(this.reason, new Uint8Array(size));
    this.origin = double(this.origin, new Uint8Array(size));
  }
}

function fill(vector: DuckDBVector, column: Int32Array | Float64Array | Uint8Array, from: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const item = column[from + i]!;
    vector.setItem(i, Number.isNaN(item) ? null : item);
  }
  vector.flush();
}

/** Appends to a table what is filled in. Where that fails, DuckDB's reason is thrown, and not what closing says after it. */
export async function appendTo(connection: DuckDBConnection, table: string, fillIn: (appender: DuckDBAppender) => void): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    fillIn(appender);
    appender.flushSync();
  } catch (error) {
    try {
      appender.closeSync();
    } catch {
      // The transaction is aborted already.
    }
    throw error;
  }
  appender.closeSync();
}
