import type { CarriedAmounts } from '../../collector/coverage/carried.ts';
import { kindOf } from '../../collector/coverage/required.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { BalanceReport } from '../media/result.ts';

/**
 * What every stream of a plant carried in the window of a report, as a mean rate: water by the water balance, materials by the material
 * balance, energy by the energy balance; the reconciled amount where there is one, which speaks for unmeasured streams too.
 */
export function carriedIn(plant: Plant, { balances, window }: Pick<BalanceReport, 'balances' | 'window'>): CarriedAmounts {
  const found = new Map<string, { value: number; unit: string }>();
  for (const stream of plant.streams.values()) {
    const kind = kindOf(plant, stream);
    if (typeof kind !== 'string') continue;
    const wanted = kind === 'water' ? 'water' : kind.endsWith('-material') ? 'material' : 'energy';
    for (const balance of balances) {
      const part = balance.kind === wanted ? balance.streams.find(({ id }) => id === stream.id) : undefined;
      const total = part?.reconciled ?? part?.total ?? null;
      if (part === undefined || total === null) continue;
      found.set(stream.id, { value: total / window.hours, unit: `${part.unit}/h` });
      break;
    }
  }
  return found;
}
