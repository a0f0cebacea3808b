import { decimalsFor, writtenFigure, writtenNumber } from '../../config/words/written.ts';
import type { DiagramContent, DiagramFlow, DiagramUnit } from './content.ts';
import { textWidth, wrapped } from './text.ts';

/** px; everything on a diagram but its units is written in this one size, which a page must not make illegible. */
export const TEXT_SIZE = 10;
export const UNIT_SIZE = 11;
/** px from one line of text to the next. */
export const LINE = 11.5;

/** em after which a name goes on in a second line. */
const NAME_EM = 8;
const UNIT_EM = 5;
const MARGIN = 8;

/** The lines in the box of a unit. */
export function unitLines(unit: DiagramUnit): readonly { readonly text: string; readonly size: number }[] {
  const lines = wrapped(unit.name, UNIT_EM, 2).map((text) => ({ text, size: UNIT_SIZE }));
  return [...lines, ...(unit.note === '' ? [] : wrapped(unit.note, UNIT_EM, 2).map((text) => ({ text, size: TEXT_SIZE })))];
}

/** What stands at a flow: its name above the arrow, its figures below. Sizes in px. */
export interface FlowLabel {
  readonly above: readonly string[];
  readonly below: readonly string[];
  readonly width: number;
}

/** The label of a flow; its figures stand in one line where `room` px hold it, else one below the other. */
export function flowLabel(flow: DiagramFlow, content: Pick<DiagramContent, 'words'>, room: number): FlowLabel {
  const above = wrapped(flow.name, NAME_EM, 2);
  const figures = figureLines(flow, content);
  const inOne = figures
    .join('')
    .replaceAll(/ ([±→]) /g, '$1')
    .replace('→ ', '→');
  const below = textWidth(inOne, TEXT_SIZE) + MARGIN <= room ? [inOne] : figures;
  return { above, below, width: Math.max(0, ...[...above, ...below].map((line) => textWidth(line, TEXT_SIZE))) + MARGIN };
}

/** The labels of flows that stand one below the other: none is made wider so that another may be lower. */
export function columnLabels(flows: readonly DiagramFlow[], content: Pick<DiagramContent, 'words'>, slack: number): readonly FlowLabel[] {
  const room = slack * Math.max(0, ...flows.map((flow) => flowLabel(flow, content, 0).width));
  return flows.map((flow) => flowLabel(flow, content, room));
}

/** px that a label and its arrow take from top to bottom. */
export function labelHeight({ above, below }: FlowLabel, thickness: number): number {
  return (above.length + below.length) * LINE + thickness + 3;
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
