import { label, nameOf } from './language.ts';
import { plant } from './plant.ts';

/** A balance as people call it: by its kind, with its id where the plant has others of that kind or the kind does not say of what. */
export function balanceName(id: string): string {
  const all = plant.value?.balances ?? {};
  const found = all[id];
  if (found === undefined) return id;
  const name = label(`balanceKind.${found.kind}` as 'balanceKind.water');
  const alone = Object.values(all).filter(({ kind }) => kind === found.kind).length === 1;
  return alone && found.kind !== 'pollutant' ? name : `${name} ${id}`;
}
/** A stream's own name; its id where the plant file has it no more. */
export const streamName = (id: string): string => {
  const found = plant.value?.streams[id];
  return found ? nameOf(found.name) : id;
};
