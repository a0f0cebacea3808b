import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { openSources } from '../../collector/sources/open.ts';
import { plantOf } from '../collector/sources/plants.ts';

/** A collector that stores each value of topic a as a line, on disk 20 ms after it came. Usage: mqtt.child.ts URL FILE */
const [url, file] = process.argv.slice(2) as [string, string];
const [source] = openSources(plantOf([{ id: 'broker', protocol: 'mqtt', url }], { a: { device: 'broker', topic: 'a', format: 'plain' } }));
const descriptor = openSync(file, 'a');
process.on('exit', () => closeSync(descriptor));

await source?.start({
  async samples(samples) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeSync(descriptor, samples.map((sample) => `${sample.value}\n`).join(''));
    fdatasyncSync(descriptor);
  },
  async quarantine() {},
  async event() {},
});
