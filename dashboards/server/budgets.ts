import { type DeviceBudget, pollBudgets } from '../../collector/sources/budget.ts';
import type { Plant } from '../../config/plant/plant.ts';

const known = new WeakMap<Plant, DeviceBudget[]>();

/** The poll budgets of a plant, worked out once for each plant file. */
export function budgetsOf(plant: Plant): readonly DeviceBudget[] {
  const found = known.get(plant) ?? pollBudgets(plant);
  known.set(plant, found);
  return found;
}
