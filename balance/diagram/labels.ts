import { decimalsFor, writtenFigure, writtenNumber } from '../../config/words/written.ts';
import type { DiagramContent, DiagramFlow, DiagramUnit } from './content.ts';

export const NAME_SIZE = 12;
export const FIGURE_SIZE = 11;

/** The lines in the box of a unit. */
export function unitLines(unit: DiagramUnit): { readonly text: string; readonly size: number }[] {
  const lines = [{ text: unit.name, size: 14 }];
  if (unit.note !== '') lines.push({ text: unit.note, size: 11 });
  return lines;
}

/**
 * The figures under the name of a flow, in the unit of the diagram: what was measured with its U (k = 2), and after an arrow what it
 * was reconciled to. Where it was not measured the line says how it is known.
 */
export function figureLines(flow: DiagramFlow, { words }: Pick<DiagramContent, 'words'>): string[] {
  const how = flow.basis === 'metered' ? '' : `${words.basis[flow.basis]} `;
  const decimals = decimalsFor(flow.amount, flow.u);
  const lines: string[] = [];
  if (flow.amount === null) lines.push(words.unknown);
  else if (flow.u === null) lines.push(how + writtenFigure(flow.amount));
  else lines.push(`${how}${writtenNumber(flow.amount, decimals)} ± ${writtenNumber(2 * flow.u, decimals)}`);
  if (flow.reconciled !== null) {
    lines.push(`→ ${flow.amount === null ? writtenFigure(flow.reconciled) : writtenNumber(flow.reconciled, decimals)}`);
  }
  return lines;
}
