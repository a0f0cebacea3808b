import type { Origin, Sample } from '../../sample/sample.ts';
import { missingSample, type SparkplugChannel, sampleOf, timeOf } from './channel.ts';
import { Unreadable } from './payload.ts';
import { Sequences } from './sequence.ts';
import { decodeSparkplug, type SparkplugMetric, type SparkplugPayload, sparkplugQuality, sparkplugValue } from './sparkplug-payload.ts';

/** What a birth certificate says of a metric; `device` is null for one of the node itself. */
export interface Announced {
  readonly device: string | null;
  readonly name: string;
  readonly alias?: string;
  readonly datatype?: number;
}

/** What is remembered of a node from one run of the collector to the next. */
export interface RememberedNode {
  readonly birth: string | null;
  /** Number of the last message; null where the run did not end in order. */
  readonly sequence: number | null;
  readonly metrics: readonly Announced[];
}

/** What one message of a node amounts to. */
export interface NodeNews {
  readonly samples: Sample[];
  readonly heard: SparkplugChannel[];
  readonly events: { readonly event: string; readonly detail: string }[];
  /** What could not be read of it, in words. */
  readonly failed: string[];
  lost: number;
}

const KINDS = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const;
type Kind = (typeof KINDS)[number];

/** Numbers of messages are 8 bits. */
const MODULUS = 256;
const [BAD, GOOD, STALE] = [0, 192, 500];

/** Topics of a node's own messages; commands to it are not listened to. */
export function nodeTopics(group: string, node: string): string[] {
  return KINDS.map((kind) => `spBv1.0/${group}/${kind}/${node}${kind.startsWith('D') ? '/+' : ''}`);
}

/** Group, node, kind and device of a topic; null where it is none of these. */
export function nodeOfTopic(topic: string): { readonly edge: string; readonly kind: Kind; readonly device: string | null } | null {
  const [namespace, group, kind, node, device = null, ...rest] = topic.split('/');
  const known = KINDS.find((one) => one === kind);
  return namespace === 'spBv1.0' && known !== undefined && rest.length === 0 ? { edge: `${group}/${node}`, kind: known, device } : null;
}

/**
 * One Sparkplug edge node as it is heard: births name its metrics and their types, data come by name or alias, deaths end them, and the
 * numbers of its messages show what was lost.
 *
 * After a loss a new birth may have been among what was lost: values that only an alias or a remembered type explains are suspect until
 * the next birth. The collector asks for none, as it writes nothing to a plant.
 *
 * @source Sparkplug 3.0.0, chapters 5 and 6
 */
export class SparkplugNode {
  readonly #edge: string;
  readonly #channels = new Map<string, SparkplugChannel[]>();
  readonly #origin: Origin;
  readonly #sequences: Sequences;
  #birth: string | null;
  #metrics: Announced[];
  #byAlias = new Map<string, Announced>();
  #byName = new Map<string, Announced>();
  #certain: boolean;

  constructor(edge: string, channels: readonly SparkplugChannel[], origin: Origin, remembered: RememberedNode | undefined) {
    this.#edge = edge;
    this.#origin = origin;
    for (const channel of channels) {
      const key = keyOf(channel.edgeDevice, channel.metric);
      this.#channels.set(key, [...(this.#channels.get(key) ?? []), channel]);
    }
    this.#birth = remembered?.birth ?? null;
    this.#metrics = [...(remembered?.metrics ?? [])];
    const sequence = remembered?.sequence ?? null;
    this.#sequences = new Sequences(sequence === null ? {} : { [edge]: sequence });
    this.#certain = sequence !== null;
    this.#index();
  }

  /** For the next run; `orderly` where everything that arrived was taken. */
  remember(orderly: boolean): RememberedNode {
    return {
      birth: this.#birth,
      sequence: orderly && this.#certain ? (this.#sequences.all()[this.#edge] ?? null) : null,
      metrics: this.#metrics,
    };
  }

  /** @throws Unreadable where the payload is none of Sparkplug B. */
  take(kind: Kind, device: string | null, bytes: Uint8Array, nowMs: number, again: boolean): NodeNews {
    const news: NodeNews = { samples: [], heard: [], events: [], failed: [], lost: 0 };
    const payload = decodeSparkplug(bytes);
    if (kind === 'NDEATH') this.#nodeDied(payload, nowMs, news);
    else {
      if (kind === 'NBIRTH') this.#nodeBorn(payload, again);
      this.#count(payload, again, news);
      if (kind === 'NBIRTH' || kind === 'DBIRTH') this.#announce(device, payload);
      if (kind === 'DDEATH') this.#died(device, nowMs, 'device-death', news);
      else for (const metric of payload.metrics ?? []) this.#read(device, metric, payload, nowMs, news);
    }
    return news;
  }

  #nodeBorn(payload: SparkplugPayload, again: boolean): void {
    this.#birth = birthOf(payload);
    this.#metrics = [];
    this.#certain = true;
    if (!again) this.#sequences.forget(this.#edge);
  }

  #announce(device: string | null, payload: SparkplugPayload): void {
    const announced = (payload.metrics ?? []).flatMap(({ name, alias, datatype }): Announced[] =>
      name === undefined
        ? []
        : [{ device, name, ...(alias === undefined ? {} : { alias }), ...(datatype === undefined ? {} : { datatype }) }],
    );
    this.#metrics = [...this.#metrics.filter((metric) => metric.device !== device), ...announced];
    this.#index();
  }

  #count(payload: SparkplugPayload, again: boolean, news: NodeNews): void {
    if (payload.seq === undefined) return;
    const counted = this.#sequences.take(this.#edge, Number(payload.seq), MODULUS, again);
    if (!('before' in counted)) return;
    this.#certain = false;
    news.lost = counted.kind === 'gap' ? counted.lost : 0;
    const detail =
      counted.kind === 'gap'
        ? `${this.#edge}: at least ${counted.lost} messages missing between ${counted.before} and ${payload.seq}`
        : `${this.#edge}: ${payload.seq} came after ${counted.before}, no birth between`;
    news.events.push({ event: counted.kind === 'gap' ? 'sequence-gap' : 'sequence-restarted', detail });
  }

  #nodeDied(payload: SparkplugPayload, nowMs: number, news: NodeNews): void {
    const birth = birthOf(payload);
    // The broker publishes the will of a connection that is long gone: of another life than the present one it means nothing.
    if (birth !== null && this.#birth !== null && birth !== this.#birth) return;
    this.#sequences.forget(this.#edge);
    this.#certain = false;
    this.#died(null, nowMs, 'node-death', news);
  }

  #died(device: string | null, nowMs: number, event: string, news: NodeNews): void {
    for (const channel of [...this.#channels.values()].flat()) {
      if (device !== null && channel.edgeDevice !== device) continue;
      news.samples.push(missingSample(channel, nowMs, this.#origin, 'communication'));
    }
    news.events.push({ event, detail: device === null ? this.#edge : `${this.#edge}/${device}` });
  }

  #read(device: string | null, metric: SparkplugMetric, payload: SparkplugPayload, nowMs: number, news: NodeNews): void {
    const byAlias = metric.name === undefined ? this.#byAlias.get(metric.alias ?? '') : undefined;
    const name = metric.name ?? byAlias?.name;
    if (name === undefined) {
      news.failed.push(`alias ${metric.alias ?? '?'}: no birth certificate names it`);
      return;
    }
    const key = keyOf(byAlias === undefined ? device : byAlias.device, name);
    for (const channel of this.#channels.get(key) ?? []) {
      news.heard.push(channel);
      const announced = byAlias ?? this.#byName.get(key);
      const told = metric.datatype ?? announced?.datatype;
      const explained = byAlias !== undefined || (metric.datatype === undefined && told !== undefined && metric.intValue !== undefined);
      news.samples.push(
        this.#sample(channel, metric, told, Number(metric.timestamp ?? payload.timestamp ?? nowMs), explained, nowMs, news),
      );
    }
  }

  #sample(
    channel: SparkplugChannel,
    metric: SparkplugMetric,
    datatype: number | undefined,
    saidMs: number,
    explained: boolean,
    nowMs: number,
    news: NodeNews,
  ): Sample {
    const { timeMs } = timeOf(saidMs, nowMs);
    const raw = JSON.stringify(metric);
    const quality = sparkplugQuality(metric);
    if (metric.isNull === true || quality === BAD) return missingSample(channel, timeMs, this.#origin, 'device-fault', raw);
    if (quality === STALE) return missingSample(channel, timeMs, this.#origin, 'communication', raw);
    try {
      const sample = sampleOf(channel, { value: sparkplugValue(metric, datatype), timeMs: saidMs }, nowMs, this.#origin, raw);
      if (sample.quality !== 'good') return sample;
      if (quality !== null && quality !== GOOD) return { ...sample, quality: 'suspect', reason: 'unknown-mark' };
      return this.#certain || !explained ? sample : { ...sample, quality: 'suspect', reason: 'resynchronised' };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      news.failed.push(`${channel.channel}: ${error.message}`);
      return missingSample(channel, timeMs, this.#origin, 'unreadable', raw);
    }
  }

  #index(): void {
    this.#byAlias = new Map(this.#metrics.flatMap((metric) => (metric.alias === undefined ? [] : [[metric.alias, metric] as const])));
    this.#byName = new Map(this.#metrics.map((metric) => [keyOf(metric.device, metric.name), metric]));
  }
}

const keyOf = (device: string | null, name: string): string => `${device ?? ''}\u0000${name}`;

/** The number of the node's present life, which its death repeats. */
function birthOf(payload: SparkplugPayload): string | null {
  const found = payload.metrics?.find(({ name }) => name === 'bdSeq');
  return found?.longValue ?? found?.intValue?.toString() ?? null;
}
