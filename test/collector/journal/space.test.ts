import { describe, expect, it } from 'vitest';
import { watchSpace } from '../../../collector/journal/space.ts';

describe('the space that a journal has left', () => {
  it('raises an alarm at 90 %, once, ends it once there is room, and raises it again', async () => {
    const shares = [0.5, 0.899, 0.9, 0.95, 0.89, 0.93, 0.879, 0.89, 0.91];
    const events: (readonly [boolean, number])[] = [];
    const stop = watchSpace(
      'anywhere',
      (event) => {
        events.push([event.full, event.usedShare]);
        return Promise.resolve();
      },
      { everyMs: 1, used: () => Promise.resolve(shares.length > 1 ? shares.shift()! : shares[0]!) },
    );
    await expect
      .poll(() => events)
      .toEqual([
        [true, 0.9],
        [false, 0.879],
        [true, 0.91],
      ]);
    await stop();
  });

  it('reports again where the report itself did not reach the disk', async () => {
    let refusals = 2;
    let told = 0;
    const report = () => {
      if (refusals-- > 0) return Promise.reject(new Error('the disk is full'));
      told += 1;
      return Promise.resolve();
    };
    const stop = watchSpace('anywhere', report, { everyMs: 1, used: () => Promise.resolve(0.99) });
    await expect.poll(() => told).toBe(1);
    await stop();
  });
});
