import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';
import type { Results } from './results.ts';

/** Everything that a report is made of. */
export interface ReportContent extends Omit<Results, 'program' | 'adjustments'> {
  readonly plant: Plant;
  readonly lang: Lang;
}
