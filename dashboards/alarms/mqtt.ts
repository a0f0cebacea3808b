import { connectAsync, type MqttClient } from 'mqtt';
import { type AlarmTarget, documentOf } from './target.ts';

export interface MqttSettings {
  readonly url: string;
  readonly topic: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  readonly timeoutMs: number;
}

/** A level of a topic: what would divide or widen it is written otherwise. */
const level = (text: string): string => text.replaceAll(/[/+#\0]/g, '_');

/** Publishes at QoS 1 under `TOPIC/PLANT/OUTFALL`; an event is delivered once the broker has acknowledged it. */
export function mqttTarget(settings: MqttSettings): AlarmTarget {
  const { url, topic, username, password, ca, timeoutMs } = settings;
  let client: Promise<MqttClient> | null = null;
  const connected = async (): Promise<MqttClient> => {
    client ??= connectAsync(url, {
      connectTimeout: timeoutMs,
      reconnectPeriod: 0,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca: [ca] }),
    }).catch((error: unknown) => {
      client = null;
      throw error;
    });
    const own = await client;
    if (own.listenerCount('error') === 0) own.on('error', () => {});
    if (own.connected) return own;
    client = null;
    own.end(true);
    throw new Error('the broker closed the connection');
  };
  return {
    name: `mqtt ${new URL(url).host}`,
    async deliver(event) {
      const own = await connected();
      const payload = JSON.stringify(documentOf(event));
      await timed(own.publishAsync(`${topic}/${level(event.plant)}/${level(event.outfall)}`, payload, { qos: 1 }), timeoutMs);
    },
    async close() {
      const own = await client?.catch(() => null);
      await own?.endAsync(true);
      client = null;
    },
  };
}

/** A promise that rejects when nothing came in time. */
async function timed<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no acknowledgement within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
