import { connect } from 'node:net';

/**
 * Publishes at QoS 1 as fast as the broker takes it, until it is killed. The packets are put together by hand (MQTT 3.1.1, sections 3.1
 * and 3.3), so that the publisher costs the machine little of what is to be measured. Usage: mqtt.child.ts PORT TOPIC NAME
 */
const [port, topic, name] = process.argv.slice(2) as [string, string, string];
/** Messages that wait for their acknowledgement; at most 65,535. */
const WINDOW = 4_000;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
const packet = (first: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([first, body.length]), body]);

let sent = 0;
const publish = (): Buffer => {
  const id = (sent % 65_535) + 1;
  return packet(0x32, Buffer.concat([text(topic), Buffer.from([id >> 8, id & 255]), Buffer.from(`{"value":${sent++}}`)]));
};
const some = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, publish));

const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
socket.write(packet(0x10, Buffer.concat([text('MQTT'), Buffer.from([4, 2, 0, 0]), text(name)])));
let rest = 0;
socket.once('data', () => {
  socket.write(some(WINDOW));
  // A PUBACK has four bytes.
  socket.on('data', (bytes) => {
    rest += bytes.length;
    const acknowledged = rest >> 2;
    rest &= 3;
    if (acknowledged > 0) socket.write(some(acknowledged));
  });
});
