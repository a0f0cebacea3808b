import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The collecting part of the program as it is installed, in a process of its own: `node … modbus-plant.child.mjs BUILT DIR FLOATS PORT…`
 * reads so many floats of each Modbus TCP port every second into a journal and a DuckDB store in DIR. Each line on standard input is
 * answered with what it counted since the start, as a line of JSON; the end of its standard input ends it.
 */
const [built, dir, floats, ...ports] = process.argv.slice(2);
const of = (path) => import(pathToFileURL(join(built, path)).href);
const { keepHeapSmall } = await of('cli/small-heap.js');
keepHeapSmall();
const { plantOf } = await of('config/plant/load.js');
const { plantSchema } = await of('config/plant/schema.js');
const { openJournal } = await of('collector/journal/journal.js');
const { createRecorder } = await of('collector/recorder/recorder.js');
const { openSources } = await of('collector/sources/open.js');
const { openDuckdbStore } = await of('collector/stores/duckdb/store.js');
const { follow } = await of('collector/stores/follow.js');

const plant = plantOf(plantSchema.parse(plantFile()), join(dir, 'plant.yaml'));
const journal = await openJournal(join(dir, 'journal'), { plant: plant.id });
const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '24MB' });
const recorder = createRecorder(journal, { simulated: false });
const ending = new AbortController();
const following = follow(journal, store, { signal: ending.signal });
const sources = openSources(plant);
const counted = { values: 0, notGood: 0, rss: 0 };
const sink = {
  ...recorder,
  async samples(samples) {
    await recorder.samples(samples);
    counted.values += samples.length;
    counted.notGood += samples.length;
  },
  async batch(batch) {
    await recorder.batch(batch);
    counted.values += batch.reasons.length;
    for (const reason of batch.reasons) if (reason !== 0) counted.notGood++;
  },
};
for (const source of sources) await source.start(sink);
const watching = setInterval(() => {
  counted.rss = Math.max(counted.rss, process.memoryUsage.rss());
}, 250);

process.stdin.on('data', (bytes) => {
  for (let i = 0; i < bytes.length; i++) process.stdout.write(`${JSON.stringify(told())}\n`);
});
await once(process.stdin, 'end');
clearInterval(watching);
await Promise.all(sources.map((source) => source.stop()));
const head = journal.head().seq;
const stoppedMs = performance.now();
while ((await store.cursor()) < head) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(`${JSON.stringify({ ...told(), behindMs: performance.now() - stoppedMs })}\n`);
ending.abort();
await following;
await store.close();
await journal.close();

function told() {
  const { user, system } = process.cpuUsage();
  const lateCycles = sources.reduce((sum, source) => sum + source.status().counts.lateCycles, 0);
  return { ...counted, lateCycles, cpuMs: (user + system) / 1000, atMs: performance.now(), memory: process.memoryUsage() };
}

function plantFile() {
  const read = (device, at) => ({ device, unit: 1, table: 'holding', address: { pdu: at * 2 }, type: 'float32', every: '1s' });
  return {
    liangheng: 1,
    plant: { id: 'bench', name: 'bench', jurisdiction: 'none' },
    units: [{ id: 'all', name: 'all', level: 'plant' }],
    devices: ports.map((port, d) => ({ id: `d${d}`, protocol: 'modbus-tcp', host: '127.0.0.1', port: Number(port), maxRegisters: 124 })),
    meters: ports.flatMap((_, d) =>
      Array.from({ length: Number(floats) }, (_, at) => {
        return { id: `d${d}-${at}`, name: `d${d}-${at}`, kind: 'rate', unit: 'm3/h', read: read(`d${d}`, at) };
      }),
    ),
  };
}
