import { type Clock, passedMs } from '../clock.ts';
import { Outbox } from '../outbox.ts';
import type { Sink, Source, SourceStatus } from '../source.ts';
import type { ControlOutcome, ControlRequest } from './control.ts';
import { decode } from './decode.ts';
import { type Line, Listener, type ListenerLimits, type Tls } from './listener.ts';
import { headerField } from './packet.ts';
import { type PlatformSettings, Station, type StationSettings } from './station.ts';
import type { Surroundings } from './surroundings.ts';

export interface Hj212Settings extends PlatformSettings {
  readonly id: string;
  readonly host: string;
  /** 0: any free one, see `port`. */
  readonly port: number;
  readonly tls: Tls | null;
  readonly limits: ListenerLimits;
}

/** Bad packets in a row after which a connection is closed. */
const MOST_BAD = 8;
/** The same thing is told once in so long, with how often it happened meanwhile. */
const TOLD_MS = 60_000;
const TICK_MS = 10_000;
/** Bytes of a packet that quarantine keeps. */
const LONGEST_RAW = 4_096;
const MN = /(?:^|;),?MN=([^;]*)/i;
const MN_FIELD = Buffer.from(';MN=');
const SEMICOLON = 0x3b;

/**
 * A platform (上位机) for HJ 212: stations call, each packet is checked, written, and then acknowledged.
 *
 * A packet counts only with the MN of a station and its password; anything else is not stored, not answered, counted and told. A station
 * speaks on one connection at a time. By itself it only asks for history; what sets or controls a station is an officer's, journalled, and off
 * unless the plant file allows it for that station.
 *
 * @source HJ 212-2017, HJ 212-2025
 */
export class Hj212Source implements Source {
  readonly id: string;
  /** Packets by what became of them, since the start. */
  readonly tally = { stored: 0, duplicates: 0, requests: 0, failures: 0, quarantined: 0, damaged: 0, strangers: 0, refused: 0 };
  readonly #settings: Hj212Settings;
  readonly #clock: Clock;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #writing = new Set<Promise<void>>();
  readonly #bad = new Map<Line, number>();
  readonly #onLine = new Map<Line, Set<Station>>();
  readonly #told = new Map<string, { atMs: number; more: number }>();
  #listener: Listener | null = null;
  #sink: Sink | null = null;
  /** Where payloads for quarantine wait for the disk. */
  #outbox: Outbox | null = null;
  #ending = new AbortController();
  #cancelTick: () => void = () => {};
  #state: SourceStatus['state'] = 'stopped';
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  #port = 0;

  constructor(settings: Hj212Settings, stations: readonly StationSettings[], clock: Clock) {
    this.id = settings.id;
    this.#settings = settings;
    this.#clock = clock;
    const around: Surroundings = {
      clock,
      sink: () => this.#events(),
      event: (event, detail) => this.#event(event, detail),
      quarantine: (reason, raw) => this.#quarantine(reason, raw),
      count: (what) => {
        this.tally[what]++;
        if (what === 'stored' || what === 'duplicates') this.#lastSuccessMs = clock.nowMs();
      },
      failed: (error) => {
        this.#lastError = error instanceof Error ? error.message : String(error);
      },
    };
    this.#stations = new Map(stations.map((station) => [station.mn, new Station(station, settings, around)]));
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#port;
  }

  async start(sink: Sink): Promise<void> {
    if (this.#state !== 'stopped') return;
    this.#sink = sink;
    this.#ending = new AbortController();
    this.#outbox = new Outbox(sink, this.#clock, this.#ending.signal, ({ message }) => {
      this.#lastError = message;
    });
    this.#state = 'connecting';
    this.#cancelTick = this.#clock.after(0, () => this.#tick());
    await this.#open();
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#state = 'stopped';
    for (const station of this.#stations.values()) station.stop();
    await this.#listener?.close();
    this.#listener = null;
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    this.#sink = null;
    this.#ending.abort();
    await this.#outbox?.empty();
    this.#outbox = null;
  }

  /** Sends an officer's command to a station of this platform, see `Station.control`. */
  async control(request: ControlRequest): Promise<ControlOutcome> {
    return this.#sink === null ? 'not-connected' : ((await this.#stations.get(request.mn)?.control(request)) ?? 'unknown-station');
  }

  status(): SourceStatus {
    const { requests, failures, quarantined } = this.tally;
    return {
      id: this.id,
      state: this.#state,
      lastSuccessMs: this.#lastSuccessMs,
      lastError: this.#lastError,
      counts: {
        requests: this.tally.stored + this.tally.duplicates + requests,
        failures: failures + this.tally.damaged + this.tally.strangers,
        reconnects: Math.max(0, this.#connections - this.#stations.size),
        resynchronisations: 0,
        lateCycles: 0,
        quarantined,
      },
    };
  }

  /** Listens; where the port is taken, that is a state, and it is tried again. */
  async #open(): Promise<void> {
    const { host, port, limits, tls } = this.#settings;
    const listener = new Listener(
      limits,
      {
        packet: (bytes, line) => this.#packet(bytes, line),
        noise: (bytes, why, line) => this.#noise(bytes, why, line),
        closed: (line) => {
          for (const station of this.#onLine.get(line) ?? []) station.lost(line);
          this.#onLine.delete(line);
          this.#bad.delete(line);
        },
        refused: (remote) => {
          this.tally.refused++;
          this.#tell('connection-refused', `more than ${limits.connections} connections`, remote);
        },
      },
      this.#clock,
      tls,
    );
    try {
      this.#port = await listener.open(host, port);
      this.#listener = listener;
      if (this.#state === 'connecting' || this.#state === 'waiting') this.#state = 'online';
      else await listener.close();
    } catch (error) {
      this.#lastError = `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
      if (this.#state !== 'stopped') this.#state = 'waiting';
    }
  }

  #tick(): void {
    if (this.#state === 'stopped') return;
    if (this.#state === 'waiting') this.#track(this.#open());
    for (const station of this.#stations.values()) station.tick();
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick());
  }

  #packet(bytes: Buffer, line: Line): Promise<void> | null {
    if (this.#sink === null) return null;
    const named = mnOf(bytes);
    const station = named === undefined ? undefined : this.#stations.get(named);
    const { crc = 'hj212', key = null } = station?.settings ?? {};
    const decoded = decode(bytes, { crc, ...(key === null ? {} : { key }) });
    if (!decoded.ok) {
      this.#damaged(bytes, `${decoded.error}: ${decoded.detail}`, line);
      return null;
    }
    const { packet } = decoded;
    if (station === undefined || headerField(packet, 'MN') !== named || !station.knows(headerField(packet, 'PW'))) {
      this.tally.strangers++;
      const what = station === undefined ? `unknown MN ${printable(named ?? '')}` : `wrong password for ${named}`;
      this.#tell(station === undefined ? 'unknown-station' : 'wrong-password', what, line.remote);
      this.#worse(line);
      return null;
    }
    this.#bad.delete(line);
    if (!line.introduced) this.#connections++;
    line.introduced = true;
    const stations = this.#onLine.get(line);
    if (stations === undefined) this.#onLine.set(line, new Set([station]));
    else stations.add(station);
    station.speaksOn(line);
    const work = station.take(packet, bytes, line);
    this.#writing.add(work);
    void work.then(() => this.#writing.delete(work));
    return work;
  }

  #noise(bytes: Buffer, why: string, line: Line): void {
    if (this.#sink !== null) this.#damaged(bytes, why, line);
  }

  /** Bytes that are no packet: those of a station on this line are kept for whoever looks for the cause, a stranger's are not. */
  #damaged(bytes: Buffer, why: string, line: Line): void {
    this.tally.damaged++;
    const stations = this.#onLine.get(line);
    if (stations === undefined) this.#tell('no-packet', why, line.remote);
    else {
      for (const station of stations) station.damaged();
      this.#quarantine(`${line.remote}: ${why}`, bytes.toString('latin1'));
    }
    this.#worse(line);
  }

  #worse(line: Line): void {
    const bad = (this.#bad.get(line) ?? 0) + 1;
    this.#bad.set(line, bad);
    if (bad >= MOST_BAD) line.close();
  }

  /** Tells a thing once in a while, however often it happens: what strangers do must not fill the disk. */
  #tell(event: string, detail: string, remote: string): void {
    const nowMs = passedMs(this.#clock);
    const told = this.#told.get(event);
    if (told !== undefined && nowMs - told.atMs < TOLD_MS) {
      told.more++;
      return;
    }
    const more = told === undefined || told.more === 0 ? '' : `, and ${told.more} more of the kind before`;
    this.#told.set(event, { atMs: nowMs, more: 0 });
    this.#event(event, `${detail} from ${remote}${more}`);
  }

  #quarantine(reason: string, raw: string): void {
    this.tally.quarantined++;
    this.#lastError = reason;
    const sink = this.#sink;
    if (sink === null) return;
    const item = { timeMs: this.#clock.nowMs(), source: this.id, reason, raw: printable(raw) };
    sink.intake?.quarantine(item);
    if (this.#outbox?.giveAside(item) !== true) this.tally.failures++;
  }

  #event(event: string, detail: string): void {
    const sink = this.#sink;
    if (sink !== null) this.#track(sink.event({ timeMs: this.#clock.nowMs(), source: this.id, event, detail }));
  }

  /** The sink, with this source's name in every event. */
  #events(): Sink | null {
    const sink = this.#sink;
    if (sink === null) return null;
    return {
      samples: (samples) => sink.samples(samples),
      quarantine: (item) => sink.quarantine(item),
      event: (item) => sink.event({ ...item, source: this.id }),
      ...(sink.intake ? { intake: sink.intake } : {}),
    };
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.tally.failures++;
        this.#lastError = error instanceof Error ? error.message : String(error);
      })
      .finally(() => this.#writing.delete(tracked));
    this.#writing.add(tracked);
  }
}

/** The MN that a packet names, before it is decoded: how it is decoded is the station's. */
function mnOf(bytes: Buffer): string | undefined {
  const at = bytes.indexOf(MN_FIELD);
  if (at < 0) return MN.exec(bytes.toString('latin1'))?.[1];
  const from = at + MN_FIELD.length;
  const to = bytes.indexOf(SEMICOLON, from);
  return bytes.toString('latin1', from, to < 0 ? bytes.length : to);
}

/** Text as it may stand in a record: what is not printable ASCII as \xNN, passwords blotted out, cut where it is long. */
function printable(text: string): string {
  return text
    .slice(0, LONGEST_RAW)
    .replaceAll(/PW=[^;]*/gi, 'PW=******')
    .replaceAll(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
