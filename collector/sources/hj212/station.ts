import type { Origin, Sample } from '../../sample/sample.ts';
import type { Sink } from '../source.ts';
import { answerTo } from './answers.ts';
import { Backfill } from './backfill.ts';
import { PeriodBook } from './book.ts';
import { ClockWatch } from './clock-watch.ts';
import { type ControlOutcome, type ControlRequest, controlFields } from './control.ts';
import type { CrcMode } from './crc.ts';
import { Dialogue } from './dialogue.ts';
import { encode, encodeClean } from './encode.ts';
import { handCounted } from './hand-counted.ts';
import { LineDamage, MOST_DAMAGED_PER_HOUR } from './line-damage.ts';
import type { Line } from './listener.ts';
import { flagOf, headerField, type Packet, plainField } from './packet.ts';
import { implausible } from './plausible.ts';
import { CLOCK, type Hj212Channel, mixedGroup, PERIOD_OF, type Period, periodMs, type Reads, readsOf, samplesOf } from './reading.ts';
import { Seen } from './seen.ts';
import { Splits } from './splits.ts';
import type { Surroundings } from './surroundings.ts';
import { timeOf } from './time.ts';

export interface StationSettings {
  readonly mn: string;
  readonly password: string;
  /** System codes (ST) that it sends; null: any. */
  readonly systems: readonly string[] | null;
  readonly crc: CrcMode;
  readonly key: Uint8Array | null;
  readonly minuteIntervalMs: number;
  readonly channels: readonly Hj212Channel[];
  /** Commands that an officer may send it; absent: none. */
  readonly control?: readonly string[];
}

export interface PlatformSettings {
  readonly offsetMinutes: number;
  readonly origin: Origin;
  readonly backfillMs: number;
  readonly timeoutMs: number;
  readonly sends: number;
  /** From when on data are due; null: from the first that arrives. */
  readonly fromMs: number | null;
}

/** Commands of a station that are answered by 9013. @source HJ 212-2017 C (1013); HJ 212-2025 (9015) */
const NOTICES: readonly string[] = ['1013', '9015', '3019'];
/** Packets that tell of a clock: real-time data so far apart, period data so far or half their period. */
const MOMENTS_APART_MS = 10_000;
const PERIODS_APART_MS = 300_000;
const ENCRYPTED = /^2\d{3}$/;
const NO_READS: Reads = new Map();
const NOTHING_TO_DO = Promise.resolve();
/** Field that tells how a request went. */
const END_FIELD = { '9011': 'QnRtn', '9012': 'ExeRtn' } as const;

type Refusal = { readonly refused: string };

/** One station: what it sends is judged, written, and only then acknowledged. */
export class Station {
  readonly settings: StationSettings;
  readonly #platform: PlatformSettings;
  readonly #around: Surroundings;
  readonly #reads: ReadonlyMap<Period, Reads>;
  readonly #books: ReadonlyMap<Period, PeriodBook>;
  readonly #seen = new Seen();
  /** Channels that tell how far its clock is ahead. */
  readonly #clocks: readonly Hj212Channel[];
  readonly #clock = new ClockWatch();
  readonly #dialogue: Dialogue;
  readonly #backfill: Backfill;
  /** Codes that came in fresh packets, or that channels read. */
  readonly #codes: Set<string>;
  readonly #lastNotice = new Map<string, string>();
  readonly #splits = new Splits();
  readonly #damage = new LineDamage();
  /** Packets on their way to the disk. */
  readonly #writing = new Set<Promise<void>>();
  #line: Line | null = null;
  #version = 1;
  #system: string | null = null;

  constructor(settings: StationSettings, platform: PlatformSettings, around: Surroundings) {
    this.settings = settings;
    this.#platform = platform;
    this.#around = around;
    this.#clocks = settings.channels.filter(({ code }) => code === CLOCK);
    const periods = [...new Set(settings.channels.map(({ period }) => period))];
    const channels = new Map(periods.map((period) => [period, settings.channels.filter((channel) => channel.period === period)]));
    this.#reads = new Map([...channels].map(([period, own]) => [period, readsOf(own)]));
    this.#codes = new Set(settings.channels.map(({ code }) => code));
    const book = (period: Exclude<Period, 'real-time'>): PeriodBook =>
      new PeriodBook(periodMs(period, settings.minuteIntervalMs), platform.offsetMinutes, platform.backfillMs, platform.fromMs);
    this.#books = new Map((['minute', 'hour', 'day'] as const).map((period) => [period, book(period)]));
    this.#dialogue = new Dialogue(platform, around.clock);
    this.#backfill = new Backfill(
      this.#dialogue,
      new Map([...this.#books].filter(([period]) => channels.has(period))),
      channels,
      platform.origin,
      around,
      (request) => this.#request(request),
    );
  }

  get connected(): boolean {
    return this.#line !== null && !this.#line.closed;
  }

  /** Whether the password is this station's, in a time that does not tell how much of it is right. */
  knows(password: string | null): boolean {
    const own = this.settings.password;
    if (password === null || password === '' || own === '') return false;
    let differs = password.length ^ own.length;
    for (let at = 0; at < password.length; at++) differs |= password.charCodeAt(at) ^ own.charCodeAt(at % own.length);
    return differs === 0;
  }

  /** The station speaks on this line from now on; an earlier one of its is closed. */
  speaksOn(line: Line): void {
    if (this.#line === line) return;
    const before = this.#line;
    this.#line = line;
    if (before !== null && !before.closed) {
      before.close();
      this.#around.event('connection-replaced', `${this.settings.mn} calls from ${line.remote}`);
    } else this.#around.event('station-connected', `${this.settings.mn} from ${line.remote}`);
    this.#dialogue.broken();
    this.#backfill.wake();
  }

  lost(line: Line): void {
    if (this.#line !== line) return;
    this.#line = null;
    this.#dialogue.broken();
    this.#around.event('station-disconnected', this.settings.mn);
  }

  /** A packet on this station's line was damaged. */
  damaged(): void {
    if (this.#damage.met(this.#around.clock.nowMs()) === MOST_DAMAGED_PER_HOUR) {
      this.#around.event('line-damaged', `${this.settings.mn}: ${MOST_DAMAGED_PER_HOUR} damaged packets within an hour; none is believed`);
    }
  }

  /** Time goes on: asks for what is missing. */
  tick(): void {
    if (this.connected) this.#backfill.wake();
  }

  /**
   * Sends an officer's command. Who, what and why is in the journal before it is sent, and what became of it after.
   *
   * Rejects where the journal cannot be written: nothing is sent then.
   */
  async control(request: ControlRequest): Promise<ControlOutcome> {
    const { mn, control = [] } = this.settings;
    const groups = controlFields(request);
    const told = (what: string): Promise<void> =>
      this.#sink().event(
        this.#eventOf('hj212-control', `${mn} ${request.cn} ${JSON.stringify(request.fields)} by ${request.by}: ${request.why} — ${what}`),
      );
    if (groups === null) return 'malformed';
    if (!control.includes(request.cn)) {
      await told('not allowed for this station, not sent');
      return 'not-allowed';
    }
    if (!this.connected) return 'not-connected';
    if (this.#dialogue.busy) return 'busy';
    await told('sent');
    if (this.#dialogue.busy) return 'busy';
    const ended = await this.#dialogue.command(request.cn, groups, (packet) => this.#request(packet));
    await told(ended);
    return ended;
  }

  stop(): void {
    this.#backfill.stop();
    this.#dialogue.broken();
  }

  /** A decoded packet of this station, with its password checked. Settles when it is on disk or refused; never rejects. */
  take(packet: Packet, raw: Buffer, line: Line): Promise<void> {
    const cn = headerField(packet, 'CN')!;
    if (cn === '9011' || cn === '9012') return this.#ended(cn, headerField(packet, 'QN'), plainField(packet, END_FIELD[cn]));
    if (cn.startsWith('9') && cn !== '9015') return NOTHING_TO_DO;
    const flag = flagOf(packet);
    this.#version = flag?.version ?? 0;
    const key = `${headerField(packet, 'QN') ?? raw.toString('latin1')}|${headerField(packet, 'ST')}|${cn}|${headerField(packet, 'PNO')}`;
    const met = this.#seen.meet(key, raw);
    // Written before it may be sent, so that nothing but these bytes and the samples waits for the disk.
    const answer = flag?.answer === true ? encodeClean(answerTo(packet, NOTICES.includes(cn) ? '9013' : '9014'), this.settings.crc) : null;
    if (met.as === 'again') {
      this.#around.count('duplicates');
      return this.#acknowledge(met.kept, null, answer, line);
    }
    const work =
      met.as === 'other' ? { refused: 'another content under a QN that was used already' } : this.#judge(packet, raw, cn, answer !== null);
    if ('refused' in work) {
      this.#around.quarantine(`${this.settings.mn}: ${work.refused}`, raw.toString('latin1').trimEnd());
      return NOTHING_TO_DO;
    }
    const kept = work.keep();
    this.#seen.remember(key, raw, kept);
    return this.#acknowledge(kept, work.kept, answer, line);
  }

  /** Sends the answer once what it stands for is on disk. Never rejects. */
  async #acknowledge(kept: Promise<void>, after: (() => void) | null, answer: Buffer | null, line: Line): Promise<void> {
    this.#writing.add(kept);
    try {
      await kept;
      if (after !== null) {
        after();
        this.#around.count('stored');
      }
      if (answer !== null) line.send(answer);
    } catch (error) {
      this.#around.count('failures');
      this.#around.failed(error);
      return;
    } finally {
      this.#writing.delete(kept);
    }
    this.#backfill.wake();
  }

  /** An answer 9011 or 9012: the end counts after what came before it is on disk. */
  async #ended(cn: '9011' | '9012', qn: string | null, code: string | undefined): Promise<void> {
    await Promise.allSettled([...this.#writing]);
    this.#dialogue.answered(cn, qn, code === undefined ? null : Number(code));
  }

  /** What is to be written of a packet, or why nothing is. @param again the station sends it again where it is not answered. */
  #judge(packet: Packet, raw: Buffer, cn: string, again: boolean): Refusal | { keep(): Promise<void>; kept(): void } {
    const { systems, key } = this.settings;
    const system = headerField(packet, 'ST')!;
    const nowMs = this.#around.clock.nowMs();
    if (this.#damage.tooMuch(nowMs)) return { refused: 'too many damaged packets within the hour' };
    if (systems !== null && !systems.includes(system)) return { refused: `ST=${system} is not one of this station` };
    if (key !== null && ENCRYPTED.test(cn) && !raw.includes('CP=&&{0x')) return { refused: 'CP is not encrypted' };
    const period = PERIOD_OF[cn];
    if (period === undefined) return this.#notice(cn, raw);
    if (mixedGroup(packet)) return { refused: 'two codes in one group of CP' };
    this.#system = system;
    const split = this.#splits.partOf(packet, cn, nowMs);
    const dataTime = plainField(packet, 'DataTime') ?? split?.dataTime;
    const dataMs = dataTime === undefined ? null : timeOf(dataTime, this.#platform.offsetMinutes);
    if (dataMs === null) return { refused: dataTime === undefined ? 'no DataTime' : 'DataTime is no time' };
    const taken = samplesOf(packet, this.#reads.get(period) ?? NO_READS, dataMs, this.#platform.origin);
    const qn = headerField(packet, 'QN');
    const asked = this.#dialogue.covers(cn, dataMs);
    const book = this.#books.get(period) ?? null;
    const strange = taken.unread.find((code) => !this.#codes.has(code));
    const qnMs = qn === null ? null : timeOf(qn, this.#platform.offsetMinutes);
    if (qn !== null && qnMs === null) return { refused: 'QN is no time' };
    const late = asked || headerField(packet, 'RF') === '1';
    const why = implausible({ period, book, dataMs, qnMs, nowMs, oldestMs: nowMs - this.#platform.backfillMs, late, strange });
    if (why !== null) return { refused: why };
    const samples = [...taken.samples, ...(qnMs === null || late ? [] : this.#clockAt(qnMs, nowMs, book))];
    return {
      keep: async () => {
        if (samples.length > 0) await handCounted(this.#sink(), samples, again);
      },
      kept: () => {
        if (asked) this.#dialogue.heard();
        for (const code of taken.unread) this.#firstOf(code);
        if (split === null || split.complete()) book?.arrived(dataMs);
      },
    };
  }

  /** What a fresh packet tells of the station's clock; nothing with most of them. */
  #clockAt(qnMs: number, nowMs: number, book: PeriodBook | null): Sample[] {
    const apartMs = book === null ? MOMENTS_APART_MS : Math.max(book.everyMs / 2, PERIODS_APART_MS);
    const ahead = this.#clocks.length === 0 ? null : this.#clock.arrived(qnMs, nowMs, apartMs);
    if (ahead === null) return [];
    const { origin } = this.#platform;
    return this.#clocks.map(({ channel, scale, offset }) => ({
      channel,
      timeMs: nowMs,
      value: ahead * scale + offset,
      quality: 'good',
      reason: 'none',
      origin,
      raw: null,
    }));
  }

  /** Everything that is no data: written down where it differs from the last of its kind. */
  #notice(cn: string, raw: Buffer): { keep(): Promise<void>; kept(): void } {
    const text = raw.toString('utf8');
    const body = text.slice(text.indexOf('CP=&&') + 5, text.lastIndexOf('&&'));
    const lasting = body.replaceAll(/(DataTime|SystemTime)=\d+/g, '');
    const news = cn !== '9015' && this.#lastNotice.get(cn) !== lasting;
    if (!news) return { keep: () => Promise.resolve(), kept: () => {} };
    this.#lastNotice.set(cn, lasting);
    return {
      keep: async () => {
        try {
          await this.#sink().event(this.#eventOf(`hj212-${cn}`, `${this.settings.mn}: ${body}`));
        } catch (error) {
          this.#lastNotice.delete(cn);
          throw error;
        }
      },
      kept: () => {},
    };
  }

  #firstOf(code: string): void {
    if (this.#codes.has(code) || this.#codes.size > 1_000) return;
    this.#codes.add(code);
    this.#around.event('unread-code', `${this.settings.mn} sends ${code}, which no channel reads`);
  }

  #request({ qn, cn, groups }: Pick<Packet, 'groups'> & { readonly qn: string; readonly cn: string }): void {
    const { mn, password, key, crc, systems } = this.settings;
    const header = [
      ['QN', qn],
      ['ST', this.#system ?? systems?.[0] ?? '32'],
      ['CN', cn],
      ['PW', password],
      ['MN', mn],
      ['Flag', String((this.#version << 2) | 1)],
    ] as const;
    this.#around.count('requests');
    this.#line?.send(encode({ header, groups }, crc, key));
  }

  #sink(): Sink {
    const sink = this.#around.sink();
    if (sink === null) throw new Error('the source was stopped');
    return sink;
  }

  #eventOf(event: string, detail: string) {
    return { timeMs: this.#around.clock.nowMs(), source: '', event, detail };
  }
}
