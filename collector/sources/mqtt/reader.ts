import type { Origin, Sample } from '../../sample/sample.ts';
import type { Quarantined, SourceEvent } from '../source.ts';
import type { Held } from './broker.ts';
import { type MqttChannel, missingSample, type Scaled, type SparkplugChannel, sampleOf, timeOf } from './channel.ts';
import type { Remembered } from './memory.ts';
import { Payload, Unreadable } from './payload.ts';
import { Sequences } from './sequence.ts';
import { nodeOfTopic, nodeTopics, SparkplugNode } from './sparkplug-node.ts';
import { textOf } from './text.ts';

/** Bytes of a payload that are kept as a sample's raw value. A longer one is cut: its whole is in the quarantine if it did not parse. */
const LONGEST_RAW = 1024;

/** Where brokers publish how many messages they have dropped for want of room in a queue: Mosquitto and its like, EMQX and its like. */
export const DROP_TOPICS = ['$SYS/broker/publish/messages/dropped', '$SYS/brokers/+/metrics/messages/dropped'];

/** What messages amount to, together with how many of their like were lost. */
export interface Batch {
  readonly samples: Sample[];
  readonly quarantined: Quarantined[];
  readonly events: SourceEvent[];
  lost: number;
}

/** What the messages of one broker say: readings by channel, and what was lost on the way. */
export class MessageReader {
  readonly topics: readonly string[];
  readonly #id: string;
  readonly #origin: Origin;
  readonly #heard: (channel: Scaled, nowMs: number) => void;
  readonly #byTopic = new Map<string, MqttChannel[]>();
  readonly #byEdge = new Map<string, SparkplugChannel[]>();
  #nodes = new Map<string, SparkplugNode>();
  #sequences = new Sequences();
  #dropped = new Map<string, number>();

  constructor(
    id: string,
    channels: readonly (MqttChannel | SparkplugChannel)[],
    origin: Origin,
    heard: (channel: Scaled, nowMs: number) => void,
  ) {
    this.#id = id;
    this.#origin = origin;
    this.#heard = heard;
    const topics = new Set<string>();
    for (const channel of channels) {
      if ('topic' in channel) push(this.#byTopic, channel.topic, channel);
      else push(this.#byEdge, `${channel.group}/${channel.node}`, channel);
      for (const topic of 'topic' in channel ? [channel.topic] : nodeTopics(channel.group, channel.node)) topics.add(topic);
    }
    this.topics = [...topics];
  }

  /** Goes on where an earlier run ended. */
  recall(remembered: Remembered): void {
    this.#sequences = new Sequences(remembered.sequences);
    this.#dropped = new Map(Object.entries(remembered.dropped));
    this.#nodes = new Map(
      [...this.#byEdge].map(([edge, channels]) => [edge, new SparkplugNode(edge, channels, this.#origin, remembered.nodes[edge])]),
    );
  }

  /** For the next run; `orderly` where everything that arrived was taken. */
  remember(orderly: boolean): Pick<Remembered, 'dropped' | 'sequences' | 'nodes'> {
    return {
      dropped: Object.fromEntries(this.#dropped),
      sequences: orderly ? this.#sequences.all() : {},
      nodes: Object.fromEntries([...this.#nodes].map(([edge, node]) => [edge, node.remember(orderly)])) as Remembered['nodes'],
    };
  }

  /** @returns whether a node was born, which is worth remembering at once. */
  read(message: Held, nowMs: number, batch: Batch): boolean {
    if (message.topic.startsWith('$SYS/')) this.#readDropped(message, nowMs, batch);
    else {
      const node = this.#byTopic.has(message.topic) ? null : nodeOfTopic(message.topic);
      if (node === null || !this.#nodes.has(node.edge)) this.#readTopic(message, nowMs, batch);
      else {
        this.#readNode(this.#nodes.get(node.edge) as SparkplugNode, node, message, nowMs, batch);
        return node.kind === 'NBIRTH' || node.kind === 'DBIRTH';
      }
    }
    return false;
  }

  #readTopic(message: Held, nowMs: number, batch: Batch): void {
    const channels = this.#byTopic.get(message.topic) ?? [];
    /** The channels that found nothing, by why. */
    const failed = new Map<string, string[]>();
    const read = textOf(message.payload);
    const text = read ?? message.payload.toString('hex');
    const raw = text.length > LONGEST_RAW ? text.slice(0, LONGEST_RAW) : text;
    const payload = new Payload(read);
    const counted = new Set<string>();
    for (const channel of channels) {
      // What the broker had kept says nothing of whether its publisher is still there.
      if (!message.retained) this.#heard(channel, nowMs);
      try {
        if (message.retained && channel.time === null) throw new Unreadable('a retained message without a time may be of any age');
        if (channel.sequence !== null && !message.retained && !counted.has(channel.sequence.publisher)) {
          counted.add(channel.sequence.publisher);
          this.#count(channel.sequence, payload.count(channel.sequence.place), message, nowMs, batch);
        }
        for (const reading of payload.readings(channel)) {
          if (reading.value !== null) {
            batch.samples.push(sampleOf(channel, reading, nowMs, this.#origin, raw));
            continue;
          }
          push(failed, reading.why, channel.channel);
          const { timeMs } = timeOf(reading.timeMs, nowMs);
          if (!message.retained) batch.samples.push(missingSample(channel, timeMs, this.#origin, 'unreadable', raw));
        }
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        push(failed, error.message, channel.channel);
        if (!message.retained) batch.samples.push(missingSample(channel, nowMs, this.#origin, 'unreadable', raw));
      }
    }
    const why =
      channels.length === 0 ? ['no channel reads this topic'] : [...failed].map(([reason, ids]) => `${ids.join(', ')}: ${reason}`);
    if (why.length > 0) this.#quarantine(message, why, text, nowMs, batch);
  }

  #count(sequence: NonNullable<MqttChannel['sequence']>, number: number, message: Held, nowMs: number, batch: Batch): void {
    const { publisher, modulus } = sequence;
    const counted = this.#sequences.take(publisher, number, modulus, message.again);
    if (counted.kind === 'gap') {
      batch.lost += counted.lost;
      const lost = `${modulus === null ? '' : 'at least '}${counted.lost}`;
      this.#event('sequence-gap', `${publisher}: ${lost} messages missing between ${counted.before} and ${number}`, nowMs, batch);
    } else if (counted.kind === 'restarted') {
      this.#event('sequence-restarted', `${publisher}: ${number} came after ${counted.before}`, nowMs, batch);
    }
  }

  #readNode(
    node: SparkplugNode,
    { kind, device }: NonNullable<ReturnType<typeof nodeOfTopic>>,
    message: Held,
    nowMs: number,
    batch: Batch,
  ): void {
    try {
      const news = node.take(kind, device, message.payload, nowMs, message.again);
      for (const channel of news.heard) this.#heard(channel, nowMs);
      for (const sample of news.samples) batch.samples.push(sample);
      for (const { event, detail } of news.events) this.#event(event, detail, nowMs, batch);
      batch.lost += news.lost;
      if (news.failed.length > 0) this.#quarantine(message, news.failed, message.payload.toString('hex'), nowMs, batch);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.#quarantine(message, [error.message], message.payload.toString('hex'), nowMs, batch);
    }
  }

  /** The broker's own count of dropped messages, of all its clients: where it grew, some of ours may be among them. */
  #readDropped(message: Held, nowMs: number, batch: Batch): void {
    const count = Number(message.payload.toString('utf8'));
    if (!Number.isSafeInteger(count)) return;
    const before = this.#dropped.get(message.topic);
    this.#dropped.set(message.topic, count);
    if (before === undefined || count <= before) return;
    this.#event('broker-dropped', `${message.topic}: ${before} to ${count}, of all its clients together`, nowMs, batch);
  }

  #quarantine(message: Held, failed: readonly string[], raw: string, nowMs: number, batch: Batch): void {
    batch.quarantined.push({ timeMs: nowMs, source: this.#id, reason: `${message.topic}: ${failed.join('; ')}`, raw });
  }

  #event(event: string, detail: string, nowMs: number, batch: Batch): void {
    batch.events.push({ timeMs: nowMs, source: this.#id, event, detail });
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
