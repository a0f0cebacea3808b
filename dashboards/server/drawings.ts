import { balanceDiagram } from '../../balance/diagram/balance-diagram.ts';
import { drawForPaper } from '../../balance/diagram/diagram.ts';
import type { BalanceReport } from '../../balance/media/result.ts';
import { placeElsewhere, withDrawingThread } from '../../balance/report/drawing-thread.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';

interface Asked {
  readonly balance: string;
  readonly boundary: string | null;
  readonly lang: Lang;
}

/** Drawings of each report that is still about. */
const drawn = new WeakMap<BalanceReport, Map<string, Promise<string>>>();

/** The flow diagram of one balance of a report, drawn once. Laying it out is a second thread’s: the one that asks may be reading meters. */
export function drawingOf(plant: Plant, report: BalanceReport, asked: Asked): Promise<string> {
  const own = drawn.get(report) ?? new Map<string, Promise<string>>();
  drawn.set(report, own);
  const key = `${asked.balance}\n${asked.boundary ?? ''}\n${asked.lang}`;
  const drawing = own.get(key) ?? withDrawingThread(() => draw(plant, report, asked));
  own.set(key, drawing);
  drawing.catch(() => own.delete(key));
  return drawing;
}

async function draw(plant: Plant, report: BalanceReport, asked: Asked): Promise<string> {
  return (await drawForPaper(balanceDiagram(plant, report, asked), placeElsewhere())).svg;
}
