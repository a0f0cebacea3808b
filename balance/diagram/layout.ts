import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { type DiagramContent, type DiagramFlow, OUTSIDE } from './content.ts';
import { FIGURE_SIZE, figureLines, NAME_SIZE, unitLines } from './labels.ts';
import { textWidth } from './text.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  /** By unit id. */
  readonly units: ReadonlyMap<string, Box>;
  /** By flow id: the bends from source to target, the box of the label, the width of the arrow. */
  readonly flows: ReadonlyMap<string, { readonly points: readonly Point[]; readonly label: Box; readonly thickness: number }>;
}

const THINNEST = 1.5;
const THICKEST = 14;
const LINE = 1.35;

/** Arrow width by amount, in px: proportional to the largest amount of the diagram, never thinner than can be seen. */
export function thicknessOf(amount: number | null, largest: number): number {
  if (amount === null || largest <= 0) return THINNEST;
  return Math.max(THINNEST, (THICKEST * Math.abs(amount)) / largest);
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeNode': '20',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '20',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.feedbackEdges': 'true',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};
/**
 * Shortens arrows after the layout. elkjs 0.12.1 refuses it on a few graphs ("Invalid hitboxes for scanline constraint calculation"),
 * which are then drawn with the longer arrows.
 */
const COMPACT = { 'elk.layered.compaction.postCompaction.strategy': 'EDGE_LENGTH' };

/** What stands at the outer end of a flow: nothing is drawn there but the end of the arrow. */
const terminal = (flow: DiagramFlow, end: 'from' | 'to'): ElkNode => ({
  id: `outside:${end}:${flow.id}`,
  width: 10,
  height: 10,
});

/**
 * Places units and flows from left to right in layers; recycles run back. Sizes are in px. Each flow that crosses the boundary ends at
 * a point of its own at the left or right edge.
 *
 * Uses elkjs on the calling thread: no worker, no DOM.
 *
 * @throws RangeError where a flow ends at a unit that is not in the content.
 */
export async function layOut(content: DiagramContent): Promise<DiagramLayout> {
  const known = new Set(content.units.map((unit) => unit.id));
  for (const flow of content.flows) {
    for (const end of [flow.from, flow.to]) {
      if (end !== OUTSIDE && !known.has(end)) throw new RangeError(`flow ${flow.id} ends at ${end}, which is no unit of the diagram`);
    }
  }
  const largest = Math.max(0, ...content.flows.map((flow) => Math.abs(flow.reconciled ?? flow.amount ?? 0)));
  const thickness = new Map(content.flows.map((flow) => [flow.id, thicknessOf(flow.reconciled ?? flow.amount, largest)]));
  const degree = (id: string) =>
    Math.max(content.flows.filter((flow) => flow.from === id).length, content.flows.filter((flow) => flow.to === id).length);

  const children: ElkNode[] = content.units.map((unit) => ({
    id: `unit:${unit.id}`,
    width: Math.max(96, ...unitLines(unit).map((line) => textWidth(line.text, line.size) + 24)),
    height: Math.max(50, 24 * degree(unit.id)),
  }));
  const edges: ElkExtendedEdge[] = [];
  for (const flow of content.flows) {
    // What comes in stands first: cycles are broken where a flow runs against the order of the nodes.
    if (flow.from === OUTSIDE) children.unshift(terminal(flow, 'from'));
    if (flow.to === OUTSIDE) children.push(terminal(flow, 'to'));
    const lines = figureLines(flow, content);
    edges.push({
      id: flow.id,
      sources: [flow.from === OUTSIDE ? `outside:from:${flow.id}` : `unit:${flow.from}`],
      targets: [flow.to === OUTSIDE ? `outside:to:${flow.id}` : `unit:${flow.to}`],
      labels: [
        {
          text: flow.id,
          width: Math.max(textWidth(flow.name, NAME_SIZE), ...lines.map((line) => textWidth(line, FIGURE_SIZE))) + 6,
          height: Math.ceil((NAME_SIZE + lines.length * FIGURE_SIZE) * LINE),
        },
      ],
      layoutOptions: { 'elk.edge.thickness': String(thickness.get(flow.id)) },
    });
  }

  const { default: elk } = await import('elkjs/lib/elk.bundled.js');
  const place = (layoutOptions: Record<string, string>) =>
    new elk.default().layout(structuredClone({ id: 'diagram', layoutOptions, children, edges }));
  const placed = await place({ ...OPTIONS, ...COMPACT }).catch(() => place(OPTIONS));

  const units = new Map<string, Box>();
  for (const child of placed.children ?? []) {
    if (child.id.startsWith('unit:')) units.set(child.id.slice(5), boxOf(child));
  }
  const flows = new Map<string, { points: Point[]; label: Box; thickness: number }>();
  for (const edge of placed.edges ?? []) {
    const section = edge.sections?.[0];
    const label = edge.labels?.[0];
    if (!section || !label) throw new Error(`no route was found for flow ${edge.id}`);
    flows.set(edge.id, {
      points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
      label: boxOf(label),
      thickness: thickness.get(edge.id)!,
    });
  }
  return { width: Math.ceil((placed as ElkNode).width ?? 0), height: Math.ceil((placed as ElkNode).height ?? 0), units, flows };
}

function boxOf(shape: { x?: number; y?: number; width?: number; height?: number }): Box {
  return { x: shape.x ?? 0, y: shape.y ?? 0, width: shape.width ?? 0, height: shape.height ?? 0 };
}
