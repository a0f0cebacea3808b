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

/** A message that the broker still holds: it comes again where it was not acknowledged. */
export interface Held {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker kept it for new subscribers: it may be of any age. */
  readonly retained: boolean;
  acknowledge(): void;
  /** Gives up the connection, so that the broker sends what was not acknowledged again. */
  giveUp(error: Error): void;
}

export interface BrokerConnection {
  /** Ends at once, without the farewell that a broker might take for the end of the session. */
  close(): void;
  /** Topics that the broker refused. */
  readonly refused: readonly string[];
}

/**
 * Connects, subscribes, and hands every message to `onMessage` unacknowledged.
 *
 * The mqtt package sends a PUBACK as soon as `handleMessage` calls back without an error, and takes no further message until it has. So
 * the message is taken there and answered with an error, which lets the next one in and sends nothing; the PUBACK is sent through the
 * package's `_sendPacket` once the message is on disk. The version is pinned and test/collector/sources/mqtt/broker.test.ts guards this.
 * Listeners stand before the connection does: a persistent session delivers its backlog right behind the CONNACK.
 *
 * Rejects where the broker is away, refuses, or does not answer in time, and when the signal aborts.
 */
export function openBroker(
  settings: BrokerSettings,
  topics: readonly string[],
  onMessage: (message: Held) => void,
  onLost: (connection: BrokerConnection, error: Error) => void,
  signal: AbortSignal,
): Promise<BrokerConnection> {
  return new Promise((resolve, reject) => {
    const client = mqttConnect(settings.url, optionsOf(settings));
    const refused: string[] = [];
    let error: Error | null = null;
    let online = false;
    const connection: BrokerConnection = {
      refused,
      close() {
        client.handleMessage = (_packet, done) => done(new Error('closed'));
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

    client.handleMessage = (packet, done) => {
      if (packet.cmd === 'publish') onMessage(heldMessage(client, packet as IPublishPacket, fail));
      done(new Error('acknowledged later'));
    };
    client.on('error', (cause) => fail(cause));
    client.on('close', () => fail(error ?? new Error('the broker closed the connection')));
    client.on('connect', () => {
      // Acknowledgements are a few bytes each: held back to be sent together, they hold back the broker's next messages by 40 ms.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      client.subscribe([...topics], { qos: settings.qos }, (cause, _granted, suback) => {
        const codes = suback?.granted ?? [];
        for (const [index, topic] of topics.entries()) if (Number(codes[index] ?? 0) >= 0x80) refused.push(topic);
        if (cause !== null && refused.length === 0) {
          fail(cause);
          return;
        }
        online = true;
        signal.removeEventListener('abort', abort);
        resolve(connection);
      });
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function heldMessage(client: MqttClient, packet: IPublishPacket, giveUp: (error: Error) => void): Held {
  return {
    topic: packet.topic,
    payload: Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload),
    retained: packet.retain,
    acknowledge() {
      // The id means something on its own connection only: elsewhere it may by now belong to another message.
      if (packet.qos !== 1 || !client.connected || client.disconnecting) return;
      sendPacket(client, { cmd: 'puback', messageId: packet.messageId as number, reasonCode: 0 });
    },
    giveUp,
  };
}

/** The package's own way to the wire, which its types keep private. */
function sendPacket(client: MqttClient, packet: { cmd: 'puback'; messageId: number; reasonCode: number }): void {
  (client as unknown as { _sendPacket(packet: unknown): void })._sendPacket(packet);
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
