import { balanceDiagram } from '../../balance/diagram/balance-diagram.ts';
import { drawDiagram } from '../../balance/diagram/diagram.ts';
import type { BalanceReport } from '../../balance/media/result.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';

interface Asked {
  readonly balance: string;
  readonly boundary: string | null;
  readonly lang: Lang;
}

/** Drawings of each report that is still about: laying one out takes a tenth of a second of the process that also reads the meters. */
const drawn = new WeakMap<BalanceReport, Map<string, Promise<string>>>();

/** The flow diagram of one balance of a report, drawn once. */
export function drawingOf(plant: Plant, report: BalanceReport, asked: Asked): Promise<string> {
  const own = drawn.get(report) ?? new Map<string, Promise<string>>();
  drawn.set(report, own);
  const key = `${asked.balance}\n${asked.boundary ?? ''}\n${asked.lang}`;
  const drawing = own.get(key) ?? drawDiagram(balanceDiagram(plant, report, asked));
  own.set(key, drawing);
  drawing.catch(() => own.delete(key));
  return drawing;
}
