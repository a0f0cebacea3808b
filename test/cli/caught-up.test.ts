import { expect, it } from 'vitest';
import { toHead } from '../../cli/caught-up.ts';
import type { Followed } from '../../collector/stores/follow.ts';
import type { Store } from '../../collector/stores/store.ts';
import { group, sample } from '../collector/stores/contract.ts';

const journal: Followed = {
  head: () => ({ seq: 1, sha256: '' }),
  async *groups(after) {
    if (after < 1) yield group(1, [sample('F1', 0, 1)]);
  },
  waitFor: () => Promise.reject(new Error('at its end')),
};

/** A store that refuses so many writes. */
function refusing(times: number): Store {
  let seq = 0;
  return {
    engine: 'duckdb',
    cursor: async () => seq,
    async write() {
      if (times-- > 0) throw new Error('the disk is full');
      seq = 1;
    },
  } as unknown as Store;
}

it('a command tries a store again, and gives up with its reason where it goes on refusing', async () => {
  const patient = refusing(1);
  await toHead(journal, patient);
  expect(await patient.cursor()).toBe(1);
  await expect(toHead(journal, refusing(Number.POSITIVE_INFINITY))).rejects.toThrow('the disk is full');
});
