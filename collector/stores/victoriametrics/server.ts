import { Fault } from '../../../config/words/fault.ts';
import { basicLogin } from '../line-post.ts';

/** A VictoriaMetrics, or a cluster's vmselect, as it is asked over HTTP. */
export class Server {
  readonly #writeUrl: string;
  readonly #queryUrl: string;
  readonly #timeoutMs: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    writeUrl: string,
    queryUrl: string,
    login: { readonly username: string; readonly password: string } | null,
    timeoutMs: number,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#writeUrl = writeUrl.replace(/\/$/, '');
    this.#queryUrl = queryUrl.replace(/\/$/, '');
    this.#headers = basicLogin(login);
  }

  /** Lines of JSON of every series that matches, each with all its samples of [fromMs, toMs]. */
  async export(match: string, fromMs: number, toMs: number): Promise<readonly ExportedSeries[]> {
    const body = new URLSearchParams({ 'match[]': match, start: instant(fromMs), end: instant(toMs), reduce_mem_usage: '0' });
    const answer = await this.#fetch(`${this.#queryUrl}/api/v1/export`, { method: 'POST', body });
    if (!answer.ok) {
      throw Object.assign(new Error(`VictoriaMetrics answered ${answer.status}: ${await answer.text()}`), { status: answer.status });
    }
    const text = await answer.text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ExportedSeries);
  }

  /** The newest time of [fromMs, toMs] in the series that match, by channel; those without a sample there are left out. */
  async newest(match: string, fromMs: number, toMs: number): Promise<ReadonlyMap<string, number>> {
    const seconds = Math.ceil((toMs - Math.max(fromMs, 0)) / 1000) + 1;
    const query = `max(tlast_over_time(${match}[${seconds}s])) by (channel)`;
    const body = new URLSearchParams({ query, time: instant(toMs), nocache: '1' });
    const answer = await this.#fetch(`${this.#queryUrl}/api/v1/query`, { method: 'POST', body });
    if (!answer.ok) {
      throw Object.assign(new Error(`VictoriaMetrics answered ${answer.status}: ${await answer.text()}`), { status: answer.status });
    }
    const { data } = (await answer.json()) as { data: { result: readonly Vector[] } };
    return new Map(data.result.map(({ metric, value }) => [metric.channel ?? '', Math.round(Number(value[1]) * 1000)]));
  }

  /**
   * Makes what was written readable at once, where the server is a single node; a cluster shows it within seconds.
   *
   * @returns whether it is readable now.
   */
  async flush(): Promise<boolean> {
    const answer = await this.#fetch(`${this.#queryUrl}/internal/force_flush`, {});
    await answer.arrayBuffer();
    return answer.ok;
  }

  /**
   * A batch that is sent again after a lost answer stands twice unless the server removes what stands twice.
   *
   * @throws Fault store.no-deduplication where it says that it does not. A server that does not say (a cluster's vminsert, a proxy) is
   * taken at its owner's word.
   */
  async checkDeduplication(): Promise<void> {
    const answer = await this.#fetch(new URL('/metrics', this.#queryUrl).href, {});
    if (!answer.ok) return;
    const set = /^flag\{name="dedup\.minScrapeInterval", value="([^"]*)"/m.exec(await answer.text());
    if (set === null || !/^0[a-z]*$/.test(set[1]!)) return;
    throw new Fault({
      code: 'store.no-deduplication',
      place: this.#writeUrl,
      zh: 'VictoriaMetrics 没有打开去重，重发的读数会重复；请以 -dedup.minScrapeInterval=1ms 启动',
      en: 'VictoriaMetrics keeps what is sent twice; start it with -dedup.minScrapeInterval=1ms',
    });
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return fetch(url, { ...init, headers: this.#headers, signal: AbortSignal.timeout(this.#timeoutMs) });
  }
}

export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  /** Of the question's time, and the value as text. */
  readonly value: readonly [number, string];
}

/** The server takes seconds since 1970 with three decimals, from 1970 to 2262. */
const LARGEST_MS = 9_000_000_000_000;
const instant = (timeMs: number): string => (Math.min(Math.max(timeMs, 0), LARGEST_MS) / 1000).toFixed(3);
