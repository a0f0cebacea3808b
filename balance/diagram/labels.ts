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

/** The figures under the name of a flow: what was measured (or otherwise known) with its U (k = 2), and what it was reconciled to. */
export function figureLines(flow: DiagramFlow, content: Pick<DiagramContent, 'unit' | 'words'>): string[] {
  const { words, unit } = content;
  const lines: string[] = [];
  const decimals = decimalsFor(flow.amount, flow.u);
  if (flow.amount === null) lines.push(words.unknown);
  else if (flow.u === null) lines.push(`${words.basis[flow.basis]} ${writtenFigure(flow.amount)} ${unit}`);
  else lines.push(`${words.basis[flow.basis]} ${writtenNumber(flow.amount, decimals)} ± ${writtenNumber(2 * flow.u, decimals)} ${unit}`);
  if (flow.reconciled !== null) {
    lines.push(
      `${words.reconciled} ${flow.amount === null ? writtenFigure(flow.reconciled) : writtenNumber(flow.reconciled, decimals)} ${unit}`,
    );
  }
  return lines;
}
