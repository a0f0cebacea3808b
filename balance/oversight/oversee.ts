import type { StoreReader } from '../../collector/stores/store.ts';
import { rulesToConfirm } from '../../config/measures/monitoring.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Label } from '../../config/plant/schema.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { computeBalances } from '../media/compute.ts';
import type { Window } from '../window/window.ts';
import { type OutfallOversight, overseeOutfall } from './outfall.ts';

export type { MonitorOversight, OutfallOversight, OverLimit } from './outfall.ts';

/** What stands of one plant for whoever supervises it. Times are ISO 8601 in the plant's offset. */
export interface Oversight {
  readonly plant: string;
  readonly name: Plant['file']['plant']['name'];
  readonly jurisdiction: string;
  readonly simulated: boolean;
  readonly window: { readonly from: string; readonly to: string };
  readonly outfalls: readonly OutfallOversight[];
  /** Rules that are known of and not applied: no text at hand states them. */
  readonly toConfirm: readonly { readonly kind: string; readonly period: string; readonly reason: Label | null }[];
}

/**
 * Validity, rates, exceedances, marks, amounts, caps, signs and contradictions of every outfall of a plant over a window of full hours.
 *
 * What is usual of a monitor is learned from the 30 days before the window, caps from the beginning of their year, quarter or month.
 *
 * @throws Fault as `computeBalances`.
 */
export async function oversee(plant: Plant, reader: StoreReader, window: Window): Promise<Oversight> {
  const at = (timeMs: number): string => formatInstant(timeMs, plant.offsetMinutes);
  const report = await computeBalances(plant, reader, window, null);
  const outfalls: OutfallOversight[] = [];
  for (const outfall of plant.file.outfalls) {
    outfalls.push(await overseeOutfall(plant, reader, window, outfall, report.balances));
  }
  return {
    plant: plant.id,
    name: plant.file.plant.name,
    jurisdiction: plant.file.plant.jurisdiction,
    simulated: plant.simulated,
    window: { from: at(window.fromMs), to: at(window.toMs) },
    outfalls,
    toConfirm: rulesToConfirm().map(({ kind, period, reason }) => ({ kind, period, reason: reason ?? null })),
  };
}
