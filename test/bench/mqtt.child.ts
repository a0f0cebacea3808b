import { Socket } from 'node:net';
import { connectAsync } from 'mqtt';

/** Publishes at QoS 1 as fast as the broker takes it, until it is killed. Usage: mqtt.child.ts URL TOPIC */
const [url, topic] = process.argv.slice(2) as [string, string];
const client = await connectAsync(url, { protocolVersion: 5 });
if (client.stream instanceof Socket) client.stream.setNoDelay(true);
let sent = 0;
const next = (): void => {
  client.publish(topic, `{"value":${sent++}}`, { qos: 1 }, next);
};
for (let i = 0; i < 500; i++) next();
