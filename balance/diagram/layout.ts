import type { ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs/lib/elk-api.js';
import { type DiagramContent, type DiagramFlow, OUTSIDE } from './content.ts';
import { columnLabels, type FlowLabel, LINE, labelHeight, unitLines } from './labels.ts';
import { PAPER, printedScale } from './paper.ts';
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

export interface PlacedFlow {
  /** The bends from source to target. */
  readonly points: readonly Point[];
  /** Room of the label, which the arrow crosses from side to side below the lines of the name. */
  readonly label: Box;
  readonly text: FlowLabel;
  readonly thickness: number;
}

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  /** By unit id. */
  readonly units: ReadonlyMap<string, Box>;
  /** By flow id. */
  readonly flows: ReadonlyMap<string, PlacedFlow>;
}

const THINNEST = 1.5;
const THICKEST = 14;
const NARROWEST_UNIT = 48;
/** px between the ends of arrows that bear no label. */
const END_ROOM = 9;

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
  'elk.padding': '[top=6,left=6,bottom=6,right=6]',
  'elk.spacing.nodeNode': '10',
  'elk.spacing.edgeNode': '6',
  'elk.spacing.edgeEdge': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeNodeBetweenLayers': '6',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
  'elk.layered.feedbackEdges': 'true',
};
/**
 * Ways to arrange units and labels, of which the one that a page shows largest is taken: in the order of the process first, the others
 * where that is too tall or too wide for a page. `slack` is what a column of labels may grow so that figures stand in one line.
 */
const WAYS: readonly {
  readonly slack: number;
  readonly tooMuch?: 'width' | 'height';
  readonly options: Readonly<Record<string, string>>;
}[] = [
  { slack: 1.1, options: {} },
  { slack: 2, tooMuch: 'height', options: {} },
  { slack: 1.1, tooMuch: 'height', options: { 'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST' } },
  { slack: 1, tooMuch: 'width', options: { 'elk.layered.layering.strategy': 'LONGEST_PATH' } },
  { slack: 1.1, tooMuch: 'width', options: { 'elk.aspectRatio': '1.6', 'elk.layered.wrapping.strategy': 'MULTI_EDGE' } },
];
/** A diagram that a page shows at this scale needs no other arrangement. */
const LARGE_ENOUGH = 0.58;

/**
 * A unit with what stands beside it: the labels of what leaves it on the right, of what comes from outside on the left. A label belongs
 * to its unit, so nothing can run over it, and the layout has units and bare arrows to place, nothing else.
 */
interface Block {
  readonly node: ElkNode;
  /** px left of the box of the unit, and its width. */
  readonly before: number;
  readonly boxWidth: number;
}

/** Places the nodes and edges of a graph, as elkjs does. */
export type Place = (graph: ElkNode) => Promise<ElkNode>;

async function placeHere(graph: ElkNode): Promise<ElkNode> {
  const { default: elk } = await import('elkjs/lib/elk.bundled.js');
  return new elk.default().layout(graph);
}

/**
 * Places units and flows from left to right in layers; recycles run back. Sizes are in px. Each flow that crosses the boundary ends at
 * a point of its own beside its unit. Of a few arrangements the one that an A4 page on its side shows largest is taken.
 *
 * Uses elkjs, on the calling thread unless `place` does otherwise: no DOM.
 *
 * @throws RangeError where a flow ends at a unit that is not in the content.
 */
export async function layOut(content: DiagramContent, place: Place = placeHere): Promise<DiagramLayout> {
  const known = new Set(content.units.map((unit) => unit.id));
  for (const flow of content.flows) {
    for (const end of [flow.from, flow.to]) {
      if (end !== OUTSIDE && !known.has(end)) throw new RangeError(`flow ${flow.id} ends at ${end}, which is no unit of the diagram`);
    }
  }
  const largest = Math.max(0, ...content.flows.map((flow) => Math.abs(flow.reconciled ?? flow.amount ?? 0)));
  const thickness = new Map(content.flows.map(({ id, reconciled, amount }) => [id, thicknessOf(reconciled ?? amount, largest)]));
  const edges: ElkExtendedEdge[] = content.flows
    .filter(({ from, to }) => from !== OUTSIDE && to !== OUTSIDE)
    .map(({ id }) => ({
      id,
      sources: [`from:${id}`],
      targets: [`to:${id}`],
      layoutOptions: { 'elk.edge.thickness': String(thickness.get(id)) },
    }));

  let best: { readonly placed: ElkNode; readonly blocks: ReadonlyMap<string, Block>; readonly looks: Looks } | null = null;
  for (const { slack, tooMuch, options } of WAYS) {
    if (best !== null && tooMuch !== tighterSide(best.placed)) continue;
    const looks = looksOf(content, thickness, slack);
    const blocks = new Map(content.units.map((unit) => [unit.id, blockOf(content, unit.id, looks)]));
    const children = [...blocks.values()].map(({ node }) => node);
    const graph = { id: 'diagram', layoutOptions: { ...OPTIONS, ...options }, children, edges };
    const placed = await place(structuredClone(graph));
    if (best === null || scaleOf(placed) > scaleOf(best.placed)) best = { placed, blocks, looks };
    if (scaleOf(best.placed) >= LARGE_ENOUGH) break;
  }
  return placedLayout(content, best!.placed, best!.blocks, best!.looks);
}

/** Label and thickness of every flow. Those that leave a unit, and those that come to it from outside, stand in one column. */
function looksOf(content: DiagramContent, thickness: ReadonlyMap<string, number>, slack: number): Looks {
  const looks = new Map<string, { readonly text: FlowLabel; readonly thickness: number }>();
  for (const { id } of content.units) {
    const leaving = content.flows.filter(({ from }) => from === id);
    const entering = content.flows.filter(({ from, to }) => from === OUTSIDE && to === id);
    for (const column of [leaving, entering]) {
      const labels = columnLabels(column, content, slack);
      for (const [index, flow] of column.entries()) looks.set(flow.id, { text: labels[index]!, thickness: thickness.get(flow.id)! });
    }
  }
  return looks;
}

/** What keeps a drawing from being larger on a page. */
const tighterSide = ({ width = 0, height = 0 }: ElkNode) => (width / PAPER.width > height / PAPER.height ? 'width' : 'height');

const scaleOf = ({ width = 0, height = 0 }: ElkNode): number => printedScale(width, height);

type Looks = ReadonlyMap<string, { readonly text: FlowLabel; readonly thickness: number }>;

function blockOf(content: DiagramContent, id: string, looks: Looks): Block {
  const unit = content.units.find((each) => each.id === id)!;
  const leaving = content.flows.filter((flow) => flow.from === id);
  const entering = content.flows.filter((flow) => flow.to === id);
  const labelled = (flows: readonly DiagramFlow[], least: number) =>
    Math.max(least, ...flows.map((flow) => looks.get(flow.id)!.text.width));
  const before = labelled(
    entering.filter(({ from }) => from === OUTSIDE),
    12,
  );
  const boxWidth = Math.max(NARROWEST_UNIT, ...unitLines(unit).map((line) => textWidth(line.text, line.size) + 10));
  const port = (flow: DiagramFlow, end: 'from' | 'to', side: 'EAST' | 'WEST'): ElkPort => {
    const { text, thickness } = looks.get(flow.id)!;
    const bears = end === 'from' || flow.from === OUTSIDE;
    const height = bears ? labelHeight(text, thickness) : thickness + END_ROOM;
    const anchor = bears ? text.above.length * LINE + thickness / 2 + 1 : height / 2;
    return { id: `${end}:${flow.id}`, width: 0, height, layoutOptions: { 'elk.port.side': side, 'elk.port.anchor': `(0,${anchor})` } };
  };
  const east = leaving.map((flow) => port(flow, 'from', 'EAST'));
  const west = entering.map((flow) => port(flow, 'to', 'WEST'));
  const tall = (ports: readonly ElkPort[]) => ports.reduce((sum, { height = 0 }) => sum + height + 1, 4);
  const lines = unitLines(unit).reduce((sum, { size }) => sum + size * 1.3, 12);
  return {
    before,
    boxWidth,
    node: {
      id,
      width: before + boxWidth + labelled(leaving, 12),
      height: Math.max(lines, tall(east), tall(west)),
      ports: [...west, ...east],
      layoutOptions: { 'elk.portConstraints': 'FIXED_SIDE', 'elk.spacing.portPort': '1', 'elk.portAlignment.default': 'CENTER' },
    },
  };
}

function placedLayout(content: DiagramContent, placed: ElkNode, blocks: ReadonlyMap<string, Block>, looks: Looks): DiagramLayout {
  const units = new Map<string, Box>();
  const ports = new Map<string, { readonly y: number; readonly top: number; readonly height: number; readonly block: Box }>();
  for (const { id, x = 0, y = 0, width = 0, height = 0, ports: own = [] } of placed.children ?? []) {
    const { before, boxWidth } = blocks.get(id)!;
    units.set(id, { x: x + before, y, width: boxWidth, height });
    for (const each of own) {
      const [flow, end] = [each.id.slice(each.id.indexOf(':') + 1), each.id.startsWith('from:') ? 'from' : 'to'];
      const { text, thickness } = looks.get(flow)!;
      const top = y + (each.y ?? 0);
      const bears = end === 'from' || content.flows.some(({ id: of, from }) => of === flow && from === OUTSIDE);
      const at = bears ? text.above.length * LINE + thickness / 2 + 1 : (each.height ?? 0) / 2;
      ports.set(each.id, { y: top + at, top, height: each.height ?? 0, block: { x, y, width, height } });
    }
  }
  const routes = new Map((placed.edges ?? []).map((edge) => [edge.id, edge.sections?.[0]]));
  const flows = new Map<string, PlacedFlow>();
  for (const flow of content.flows) {
    const { text, thickness } = looks.get(flow.id)!;
    const [source, target] = [ports.get(`from:${flow.id}`), ports.get(`to:${flow.id}`)];
    const points: Point[] = [];
    if (source) {
      points.push({ x: right(units.get(flow.from)!), y: source.y });
      if (!target) points.push({ x: right(source.block), y: source.y });
    }
    const bends = routes.get(flow.id)?.bendPoints ?? [];
    points.push(...bends);
    if (target) {
      if (!source) points.push({ x: target.block.x, y: target.y });
      points.push({ x: units.get(flow.to)!.x, y: target.y });
    }
    const bearer = source ?? target!;
    const [left, end] = source ? [right(units.get(flow.from)!), right(source.block)] : [bearer.block.x, units.get(flow.to)!.x];
    const width = Math.min(text.width, end - left);
    const label = { x: source ? left : end - width, y: bearer.top, width, height: bearer.height };
    flows.set(flow.id, { points, label, text, thickness });
  }
  return { width: Math.ceil(placed.width ?? 0), height: Math.ceil(placed.height ?? 0), units, flows };
}

const right = ({ x, width }: Box): number => x + width;
