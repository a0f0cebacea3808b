import { TEXT_SIZE } from './labels.ts';

/** Points that a diagram has on a page of A4 on its side, between margins, header, caption and footer. */
export const PAPER = { width: 768, height: 474 } as const;

/** px that the legend takes below units and arrows. */
const LEGEND = 38;

/** Points of paper for each px of units and arrows that are fitted to a page with their legend; few are not blown up. */
export function printedScale(width: number, height: number): number {
  return Math.min(1, PAPER.width / Math.max(1, width), PAPER.height / (height + LEGEND));
}

/** Size in points that the text of a layout has on an A4 page on its side. */
export function printedTextSize({ width, height }: { readonly width: number; readonly height: number }): number {
  return TEXT_SIZE * printedScale(width, height);
}
