import type { DiagramContent } from './content.ts';
import { draw } from './draw.ts';
import { layOut } from './layout.ts';

/**
 * A flow diagram (平衡图) as one SVG document: units as boxes coloured by verdict, flows as arrows whose width goes with the amount,
 * with measured and reconciled values. Recycles are allowed. The same in the browser and on the server.
 *
 * @throws RangeError where a flow ends at a unit that is not in the content.
 */
export async function drawDiagram(content: DiagramContent): Promise<string> {
  return draw(content, await layOut(content));
}
