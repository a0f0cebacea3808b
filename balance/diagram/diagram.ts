import type { DiagramContent } from './content.ts';
import { draw } from './draw.ts';
import { layOut, type Place } from './layout.ts';
import { printedTextSize } from './paper.ts';

/** A drawing and how it fits paper. */
export interface Drawing {
  readonly title: string;
  /** One SVG document. */
  readonly svg: string;
  /** Points that its text has on an A4 page on its side. */
  readonly textSize: number;
}

/**
 * A flow diagram (平衡图) as one SVG document: units as boxes coloured by verdict, flows as arrows whose width goes with the amount,
 * with measured and reconciled values. Recycles are allowed. The same in the browser and on the server.
 *
 * @throws RangeError where a flow ends at a unit that is not in the content.
 */
export async function drawDiagram(content: DiagramContent): Promise<string> {
  return draw(content, await layOut(content));
}

/** The same with what a page makes of it. @throws RangeError as `drawDiagram` */
export async function drawForPaper(content: DiagramContent, place?: Place): Promise<Drawing> {
  const layout = await layOut(content, place);
  return { title: content.title, svg: draw(content, layout), textSize: printedTextSize(layout) };
}
