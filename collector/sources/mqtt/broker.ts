import { Socket } from 'node:net';
import { type IClientOptions, type IPublishPacket, type MqttClient, connect as mqttConnect } from 'mqtt';

/** How a broker is reached. A client id that stays the same is what the broker keeps the session under. */
export interface BrokerSettings {
  readonly url: string;
  readonly version: 4 | 5;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly qos: 0 | 1;
  readonly connectTimeoutMs: number;
}

/** How long the broker keeps what arrives while the collector is away. */
const SESSION_SECONDS = 30 * 86_400;

/** Messages that are taken in one turn of the event loop. */
const MESSAGES_A_TURN = 2_000;

/** Topics to subscribe to. Without the welcome ones, all is well too: some brokers do not have them, or refuse them. */
export interface Topics {
  readonly wanted: readonly string[];
  readonly welcome: readonly string[];
}

/** A message that the broker still holds: it comes again where it was not acknowledged. */
export interface Held {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker kept it for new subscribers: it may be of any age. */
  readonly retained: boolean;
  /** The broker sends it again, as it got no acknowledgement the first time. */
  readonly again: boolean;
  /** What an acknowledgement names it by on its own connection; null where none is wanted. */
  readonly id: number | null;
  readonly link: Link;
}

/** The connection that a message came by. */
export interface Link {
  /** Sends acknowledgements, all in one piece; nothing where the connection is gone: elsewhere an id may belong to another message. */
  acknowledge(ids: readonly number[]): void;
  /** Gives up the connection, so that the broker sends what was not acknowledged again. */
  giveUp(error: Error): void;
}

export interface BrokerConnection {
  /** Ends at once, without the farewell that a broker might take for the end of the session. */
  close(): void;
  /** Topics that the broker refused. */
  readonly refused: readonly string[];
  /** The broker had kept the session of this name. */
  readonly sessionPresent: boolean;
  /** The welcome topics were asked for and nothing has come back. */
  unanswered(): boolean;
}

/** Acknowledges messages of one or several connections. */
export function acknowledge(messages: readonly Held[]): void {
  const byLink = new Map<Link, number[]>();
  for (const { id, link } of messages) {
    if (id === null) continue;
    const ids = byLink.get(link);
    if (ids === undefined) byLink.set(link, [id]);
    else ids.push(id);
  }
  for (const [link, ids] of byLink) link.acknowledge(ids);
}

/** Not an error: what `handleMessage` answers so that the package takes the next message and acknowledges nothing. */
const LATER = new Error('acknowledged later');

/**
 * Connects, subscribes, and hands every message to `onMessage` unacknowledged.
 *
 * The mqtt package sends a PUBACK as soon as `handleMessage` calls back without an error, and takes no further message until it has. So
 * the message is taken there and answered with an error, which lets the next one in and sends nothing; the PUBACK is written once the
 * message is on disk. The version is pinned and test/collector/sources/mqtt/broker.test.ts guards this. Listeners stand before the
 * connection does: a persistent session delivers its backlog right behind the CONNACK.
 *
 * Rejects where the broker is away, refuses, or does not answer in time, and when the signal aborts.
 */
export function openBroker(
  settings: BrokerSettings,
  topics: Topics,
  onMessage: (message: Held) => void,
  onLost: (connection: BrokerConnection, error: Error) => void,
  signal: AbortSignal,
): Promise<BrokerConnection> {
  return new Promise((resolve, reject) => {
    const client = mqttConnect(settings.url, optionsOf(settings));
    const refused: string[] = [];
    let error: Error | null = null;
    let online = false;
    let [sessionPresent, unanswered] = [false, false];
    const connection: BrokerConnection = {
      refused,
      get sessionPresent() {
        return sessionPresent;
      },
      unanswered: () => unanswered,
      close() {
        client.handleMessage = (_packet, done) => done(LATER);
        client.end(true);
      },
    };
    const fail = (cause: Error) => {
      error ??= cause;
      signal.removeEventListener('abort', abort);
      if (online) onLost(connection, error);
      else {
        connection.close();
        reject(error);
      }
    };
    const abort = () => fail(new Error('stopped'));
    const link = linkOf(client, fail);
    let messages = 0;
    client.handleMessage = (packet, done) => {
      if (packet.cmd === 'publish') onMessage(heldMessage(packet as IPublishPacket, link));
      messages++;
      if (messages === 1) {
        setImmediate(() => {
          messages = 0;
        });
      }
      // Node would read megabytes from a quick broker before it looks at anything else: what was taken is written meanwhile.
      if (messages < MESSAGES_A_TURN) done(LATER);
      else setImmediate(() => done(LATER));
    };
    client.on('error', (cause) => fail(cause));
    client.on('close', () => fail(error ?? new Error('the broker closed the connection')));
    client.on('connect', (connack) => {
      sessionPresent = connack.sessionPresent;
      // Acknowledgements are a few bytes each: held back to be sent together, they hold back the broker's next messages by 40 ms.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      client.subscribe([...topics.wanted], { qos: settings.qos }, (cause, _granted, suback) => {
        const codes = suback?.granted ?? [];
        for (const [index, topic] of topics.wanted.entries()) if (Number(codes[index] ?? 0) >= 0x80) refused.push(topic);
        if (cause !== null && refused.length === 0) {
          fail(cause);
          return;
        }
        online = true;
        signal.removeEventListener('abort', abort);
        resolve(connection);
        if (topics.welcome.length === 0) return;
        unanswered = true;
        client.subscribe([...topics.welcome], { qos: 0 }, (_cause, _welcome, answer) => {
          if (answer !== undefined) unanswered = false;
        });
      });
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function heldMessage(packet: IPublishPacket, link: Link): Held {
  const { topic, payload, retain, dup, qos, messageId } = packet;
  return {
    topic,
    payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload),
    retained: retain,
    again: dup,
    id: qos === 1 ? (messageId as number) : null,
    link,
  };
}

/** First byte of a PUBACK, and the length of what follows: without a reason code it is success, at level 4 and 5 alike. */
const PUBACK = [0x40, 2] as const;

function linkOf(client: MqttClient, giveUp: (error: Error) => void): Link {
  return {
    acknowledge(ids) {
      if (!client.connected || client.disconnecting) return;
      const bytes = Buffer.allocUnsafe(4 * ids.length);
      for (const [index, id] of ids.entries()) {
        bytes[4 * index] = PUBACK[0];
        bytes[4 * index + 1] = PUBACK[1];
        bytes.writeUInt16BE(id, 4 * index + 2);
      }
      client.stream.write(bytes);
    },
    giveUp,
  };
}

function optionsOf(settings: BrokerSettings): IClientOptions {
  const { username, password, ca, cert, key } = settings;
  return {
    protocolVersion: settings.version,
    clientId: settings.clientId,
    clean: false,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: settings.connectTimeoutMs,
    ...(settings.version === 5 ? { properties: { sessionExpiryInterval: SESSION_SECONDS, receiveMaximum: 65_535 } } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
