import type { Verdict } from '../media/result.ts';
import type { DiagramContent, DiagramFlow, DiagramUnit } from './content.ts';
import { LINE, TEXT_SIZE, unitLines } from './labels.ts';
import type { Box, DiagramLayout, PlacedFlow, Point } from './layout.ts';
import { escapeXml, textWidth } from './text.ts';

const FONTS = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif";
const INK = '#1f2933';
const FLOW = '#5b7083';
const SUSPECT = '#b3261e';

/** Fill and edge of a unit by verdict; the words stand in the box too, so that colour alone says nothing. */
export const VERDICT_COLOURS: Readonly<Record<Verdict, { readonly fill: string; readonly edge: string }>> = {
  closed: { fill: '#e3f4e8', edge: '#1e7d3c' },
  'closed-blind': { fill: '#eef3e0', edge: '#6f7f1c' },
  'open-significant': { fill: '#fbe4e2', edge: '#b3261e' },
  'open-not-significant': { fill: '#fdf1d8', edge: '#a86400' },
  'closed-with-detectable-bias': { fill: '#fde8d7', edge: '#b4500b' },
  'by-difference': { fill: '#e9eef3', edge: '#5b7083' },
  incomplete: { fill: '#f1f1f1', edge: '#767676' },
};
const PLAIN = { fill: '#ffffff', edge: '#5b7083' };

/** A laid-out diagram as SVG with presentation attributes only, so that it stands under a strict content security policy. */
export function draw(content: DiagramContent, layout: DiagramLayout): string {
  const legend = drawLegend(content, layout);
  const width = Math.max(layout.width, legend.width);
  const height = layout.height + legend.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FONTS}" fill="${INK}">`,
    `<title>${escapeXml(content.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...content.flows.map((flow) => drawArrow(flow, layout)),
    ...content.units.map((unit) => drawUnit(unit, layout.units.get(unit.id)!)),
    ...content.flows.map((flow) => drawLabel(flow, layout.flows.get(flow.id)!)),
    legend.svg,
    '</svg>',
  ].join('\n');
}

function drawUnit(unit: DiagramUnit, box: Box): string {
  const { fill, edge } = unit.verdict === null ? PLAIN : VERDICT_COLOURS[unit.verdict];
  const lines = unitLines(unit);
  const tall = lines.reduce((sum, line) => sum + line.size * 1.35, 0);
  let y = box.y + (box.height - tall) / 2;
  const texts = lines.map((line, index) => {
    y += line.size * 1.35;
    const weight = index === 0 ? ' font-weight="600"' : '';
    return `<text x="${round(box.x + box.width / 2)}" y="${round(y - line.size * 0.3)}" font-size="${line.size}"${weight} text-anchor="middle">${escapeXml(line.text)}</text>`;
  });
  return `<g data-unit="${escapeXml(unit.id)}"><rect x="${round(box.x)}" y="${round(box.y)}" width="${round(box.width)}" height="${round(box.height)}" rx="4" fill="${fill}" stroke="${edge}" stroke-width="1.5"/>${texts.join('')}</g>`;
}

function drawArrow(flow: DiagramFlow, layout: DiagramLayout): string {
  const { points, thickness } = layout.flows.get(flow.id)!;
  const colour = flow.suspect ? SUSPECT : FLOW;
  const dashed = flow.amount === null || flow.basis === 'unmeasured' || flow.basis === 'difference' ? ' stroke-dasharray="6 4"' : '';
  const tip = points.at(-1)!;
  const before = points.at(-2)!;
  const span = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const head = { length: Math.min(7 + thickness * 0.6, span), half: 3.5 + thickness * 0.75 };
  const along = { x: (tip.x - before.x) / span, y: (tip.y - before.y) / span };
  const neck = { x: tip.x - along.x * head.length, y: tip.y - along.y * head.length };
  const wing = (side: number) => `${round(neck.x - along.y * head.half * side)},${round(neck.y + along.x * head.half * side)}`;
  return (
    `<g data-flow="${escapeXml(flow.id)}"><path d="${roundedPath([...points.slice(0, -1), neck])}" fill="none" stroke="${colour}" stroke-opacity="0.75" stroke-width="${round(thickness)}"${dashed}/>` +
    `<path d="M${round(tip.x)},${round(tip.y)} L${wing(1)} L${wing(-1)} Z" fill="${colour}"/></g>`
  );
}

/** The name above the arrow, the figures below it. */
function drawLabel(flow: DiagramFlow, { label, text, thickness }: PlacedFlow): string {
  const middle = round(label.x + label.width / 2);
  const arrow = label.y + text.above.length * LINE + 1;
  const line = (words: string, y: number, weight: string) =>
    `<text x="${middle}" y="${round(y)}" font-size="${TEXT_SIZE}"${weight}>${escapeXml(words)}</text>`;
  const texts = [
    ...text.above.map((words, index) => line(words, label.y + (index + 1) * LINE - 2.5, ' font-weight="600"')),
    ...text.below.map((words, index) => line(words, arrow + thickness + (index + 1) * LINE - 1.5, '')),
  ];
  const colour = flow.suspect ? ` fill="${SUSPECT}"` : '';
  return `<g text-anchor="middle"${colour}>${texts.join('')}</g>`;
}

/** Says how to read the widths, the dashes and the colours that occur. */
function drawLegend(content: DiagramContent, layout: DiagramLayout): { svg: string; width: number; height: number } {
  const entries: { mark: string; text: string }[] = [
    { mark: '', text: content.words.legendFigures.replace('{unit}', content.unit) },
    { mark: `<path d="M0,0 H22" stroke="${FLOW}" stroke-opacity="0.75" stroke-width="7"/>`, text: content.words.legendWidth },
    { mark: `<path d="M0,0 H22" stroke="${FLOW}" stroke-width="2" stroke-dasharray="6 4"/>`, text: content.words.legendUnmeasured },
  ];
  if (content.flows.some((flow) => flow.suspect)) {
    entries.push({ mark: `<path d="M0,0 H22" stroke="${SUSPECT}" stroke-width="4"/>`, text: content.words.legendSuspect });
  }
  const verdicts = new Set(content.units.flatMap((unit) => (unit.verdict === null ? [] : [unit.verdict])));
  for (const verdict of verdicts) {
    const { fill, edge } = VERDICT_COLOURS[verdict];
    entries.push({
      mark: `<rect x="1" y="-7" width="20" height="14" rx="2" fill="${fill}" stroke="${edge}"/>`,
      text: content.words.verdicts[verdict],
    });
  }
  const limit = Math.max(layout.width, 640);
  const parts: string[] = [];
  let x = 16;
  let y = layout.height + 20;
  let widest = 0;
  for (const entry of entries) {
    const wide = (entry.mark === '' ? 2 : 30) + textWidth(entry.text, TEXT_SIZE) + 22;
    if (x > 16 && x + wide > limit) {
      x = 16;
      y += 22;
    }
    parts.push(
      `<g transform="translate(${x} ${y})">${entry.mark}<text x="${entry.mark === '' ? 0 : 28}" y="4" font-size="${TEXT_SIZE}">${escapeXml(entry.text)}</text></g>`,
    );
    x += wide;
    widest = Math.max(widest, x);
  }
  return { svg: `<g>${parts.join('')}</g>`, width: widest, height: y - layout.height + 18 };
}

/** A path through orthogonal bends with corners rounded by up to 8 px. */
function roundedPath(points: readonly Point[]): string {
  const parts = [`M${round(points[0]!.x)},${round(points[0]!.y)}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [a, b, c] = [points[i - 1]!, points[i]!, points[i + 1]!];
    const before = Math.hypot(b.x - a.x, b.y - a.y);
    const after = Math.hypot(c.x - b.x, c.y - b.y);
    const radius = Math.min(8, before / 2, after / 2);
    if (radius === 0) continue;
    const from = { x: b.x + ((a.x - b.x) * radius) / before, y: b.y + ((a.y - b.y) * radius) / before };
    const to = { x: b.x + ((c.x - b.x) * radius) / after, y: b.y + ((c.y - b.y) * radius) / after };
    parts.push(`L${round(from.x)},${round(from.y)} Q${round(b.x)},${round(b.y)} ${round(to.x)},${round(to.y)}`);
  }
  const last = points.at(-1)!;
  parts.push(`L${round(last.x)},${round(last.y)}`);
  return parts.join(' ');
}

const round = (value: number) => Math.round(value * 10) / 10;
