import { expect, it } from 'vitest';
import { changeSources } from '../../cli/reloading.ts';
import { systemClock } from '../../collector/sources/clock.ts';
import { openSources } from '../../collector/sources/open.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { freePort } from '../free-port.ts';

it('devices on one line are restarted together, and nobody else', async () => {
  const port = await freePort();
  const bus = (id: string, timeout: string) => ({ id, protocol: 'modbus-tcp', framing: 'rtu', host: '127.0.0.1', port, timeout });
  const alone = { id: 'alone', protocol: 'modbus-tcp', host: '127.0.0.1', port: await freePort() };
  const read = (device: string, unit: number) => ({ device, unit, table: 'holding', address: { pdu: 0 }, type: 'uint16', every: '60s' });
  const channels = { a: read('first', 1), b: read('second', 2), c: read('alone', 1) };
  const before = plantOf([bus('first', '1s'), bus('second', '1s'), alone], channels);
  const after = plantOf([bus('first', '2s'), bus('second', '1s'), alone], channels);
  const sink = new Gather();
  const clock = systemClock;
  const sources = openSources(before, clock, clock.nowMs());
  for (const source of sources) await source.start(sink);
  const changed = await changeSources({ plant: before, sources }, after, { clock, sinkOf: () => sink });
  try {
    expect(changed).toMatchObject({ kept: ['alone'], restarted: ['first', 'second'], reread: [], started: [], stopped: [] });
    expect(changed.sources.find(({ id }) => id === 'alone')).toBe(sources.find(({ id }) => id === 'alone'));
    expect(changed.sources.find(({ id }) => id === 'second')).not.toBe(sources.find(({ id }) => id === 'second'));
    // A device that is read no more goes, and its line begins anew.
    const fewer = plantOf([bus('first', '2s'), bus('second', '1s'), alone], { a: channels.a, c: channels.c });
    const again = await changeSources({ plant: after, sources: changed.sources }, fewer, { clock, sinkOf: () => sink });
    Object.assign(changed, { sources: again.sources });
    expect(again).toMatchObject({ kept: ['alone'], restarted: ['first'], stopped: ['second'] });
  } finally {
    for (const source of changed.sources) await source.stop();
  }
});
