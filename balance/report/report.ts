import { adjustmentPart } from './adjustment-part.ts';
import { balancePart } from './balance-part.ts';
import type { Block } from './blocks.ts';
import { completenessPart } from './completeness-part.ts';
import type { ReportContent } from './content.ts';
import { coveragePart } from './coverage-part.ts';
import { driftPart } from './drift-part.ts';
import { factsPart } from './facts-part.ts';
import { monitoringPart } from './monitoring-part.ts';
import { periodPart } from './period-part.ts';
import { plantPart } from './plant-part.ts';
import { indicatorPart, lossPart } from './result-parts.ts';
import { savingsPart } from './savings-part.ts';
import { tracePart } from './trace-part.ts';

/** The report of a window, piece by piece in the order of reading; every format writes these. */
export async function reportBlocks(content: ReportContent): Promise<readonly Block[]> {
  return [
    ...plantPart(content),
    ...coveragePart(content),
    ...(await balancePart(content)),
    ...periodPart(content),
    ...adjustmentPart(content),
    ...driftPart(content),
    ...indicatorPart(content),
    ...lossPart(content),
    ...savingsPart(content),
    ...monitoringPart(content),
    ...completenessPart(content),
    ...factsPart(content),
    ...tracePart(content),
  ];
}
