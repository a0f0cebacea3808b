import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../collector/sources/clock.ts';
import { openSources } from '../../collector/sources/open.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { Gather, unread } from '../collector/sources/gather.ts';
import { cable } from './serial-line.ts';

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

it('reads DL/T 645 and CJ/T 188 meters on serial lines; a meter that is not there is missing, and casts no doubt on the others', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-serial-meters-'));
  for (const line of ['645', '188']) ending.push(await cable(join(dir, `here-${line}`), join(dir, `there-${line}`)));
  const peer = spawn('python3', [new URL('serial-meters.py', import.meta.url).pathname, join(dir, 'there-645'), join(dir, 'there-188')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ending.push(async () => {
    peer.kill('SIGKILL');
    await once(peer, 'exit');
  });
  await once(peer.stdout, 'data');
  const file = join(dir, 'plant.yaml');
  await writeFile(
    file,
    `
liangheng: 1
plant: { id: serial, name: 串口仪表, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
meters:
  - { id: EM, name: 电表, kind: counter, unit: kWh, read: { device: L645, meter: "202107072529", di: "00000000", every: 1s } }
  - { id: GONE, name: 不在的电表, kind: counter, unit: kWh, read: { device: L645, meter: "202107072530", di: "00000000", every: 1s } }
  - { id: WM, name: 水表, kind: counter, unit: m3, read: { device: L188, meter: "00002020120218", kind: "10", quantity: total, every: 1s } }
devices:
  - { id: L645, protocol: dlt645-serial, path: ${join(dir, 'here-645')}, timeout: 500ms, quiet: 50ms }
  - { id: L188, protocol: cjt188-serial, path: ${join(dir, 'here-188')}, timeout: 500ms }
`,
  );
  const sink = new Gather();
  const sources = openSources(await loadPlant(file), systemClock, null);
  ending.push(async () => {
    await Promise.all(sources.map((source) => source.stop()));
  });
  for (const source of sources) await source.start(sink);
  const good = (channel: string) => sink.of(channel).filter(({ quality }) => quality === 'good');
  await sink.until(() => good('EM').length >= 3 && good('WM').length >= 3 && sink.of('GONE').length >= 2);
  expect(good('EM').every(({ value }) => value === 317.76)).toBe(true);
  expect(good('WM').every(({ value }) => value === 2)).toBe(true);
  expect(sink.of('GONE').every((sample) => sample.quality === 'missing' && unread(sample))).toBe(true);
}, 120_000);
