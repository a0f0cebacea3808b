import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiagramContent, DiagramFlow } from '../../../balance/diagram/content.ts';
import { drawDiagram, drawForPaper } from '../../../balance/diagram/diagram.ts';
import { TEXT_SIZE } from '../../../balance/diagram/labels.ts';
import { type Box, layOut, thicknessOf } from '../../../balance/diagram/layout.ts';
import { PAGE_FLOWS } from '../../../balance/diagram/merged.ts';
import { PAPER } from '../../../balance/diagram/paper.ts';
import { escapeXml, textWidth, wrapped } from '../../../balance/diagram/text.ts';
import { diagramWords } from '../../../balance/diagram/words.ts';

const flow = (id: string, from: string, to: string, amount: number | null, reconciled: number | null): DiagramFlow => ({
  id,
  name: `物流 ${id}`,
  from,
  to,
  amount,
  u: amount === null ? null : 1,
  reconciled,
  basis: amount === null ? 'unmeasured' : 'metered',
  suspect: false,
});

/**
 * Seven streams with two recycles.
 * @source Rosenberg, Mah, Iordache 1987 (Ind. Eng. Chem. Process Des. Dev. 26, 555–564) as EDSONCV/dr-ged-benchmarks P6 prints it
 */
const ROSENBERG: DiagramContent = {
  title: '7-stream recycle',
  unit: 't/h',
  units: ['N1', 'N2', 'N3', 'N4'].map((id) => ({
    id,
    name: id,
    verdict: id === 'N1' ? ('open-significant' as const) : ('closed' as const),
    note: '闭合',
  })),
  flows: [
    flow('1', 'ENV', 'N1', 5.026, 4.904952),
    flow('2', 'N1', 'N2', 14.722, 14.79862),
    flow('3', 'N2', 'N3', 14.721, 14.79862),
    flow('4', 'N3', 'N1', 4.968, 4.813762),
    flow('5', 'N3', 'N4', 10.088, 9.984857),
    flow('6', 'N4', 'N1', 5.131, 5.079905),
    { ...flow('7', 'N4', 'ENV', null, 4.904952), suspect: true },
  ],
  words: diagramWords('zh'),
};

const apart = (a: Box, b: Box) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

function expectApart(boxes: readonly Box[]): void {
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) expect(apart(a, b), JSON.stringify([a, b])).toBe(true);
  }
}

describe('flow diagram of a network with recycles', () => {
  it('places units and labels apart, and every arrow runs from its source to its target', async () => {
    const layout = await layOut(ROSENBERG);
    expectApart([...layout.units.values(), ...[...layout.flows.values()].map((placed) => placed.label)]);
    const touches = (box: Box, point: { x: number; y: number }) =>
      point.x >= box.x - 1 && point.x <= box.x + box.width + 1 && point.y >= box.y - 1 && point.y <= box.y + box.height + 1;
    for (const { id, from, to } of ROSENBERG.flows) {
      const { points } = layout.flows.get(id)!;
      if (from !== 'ENV') expect(touches(layout.units.get(from)!, points[0]!), `${id} leaves ${from}`).toBe(true);
      if (to !== 'ENV') expect(touches(layout.units.get(to)!, points.at(-1)!), `${id} enters ${to}`).toBe(true);
    }
  });

  it('shows measured and reconciled values, the verdict colour, and what is not known', async () => {
    const svg = await drawDiagram(ROSENBERG);
    expect(svg).toContain('>14.7 ± 2.0<');
    expect(svg).toContain('>→ 14.8<');
    expect(svg).toContain('协调值，t/h');
    expect(svg).toContain('未知');
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    expect(svg).toMatch(/data-unit="N1"><rect[^>]*stroke="#b3261e"/);
    expect(svg).not.toMatch(/style=|NaN|undefined/);
  });

  it('is the same each time', async () => {
    expect(await drawDiagram(ROSENBERG)).toBe(await drawDiagram(ROSENBERG));
  });

  it('refuses a flow whose unit is not there', async () => {
    await expect(drawDiagram({ ...ROSENBERG, units: ROSENBERG.units.slice(1) })).rejects.toThrow(RangeError);
  });
});

describe('drawing of any network', () => {
  const networks = fc
    .array(fc.tuple(fc.integer({ min: -1, max: 5 }), fc.integer({ min: -1, max: 5 }), fc.float({ min: 0, max: 1000, noNaN: true })), {
      minLength: 1,
      maxLength: 14,
    })
    .map((ends) => ends.filter(([from, to]) => from !== -1 || to !== -1))
    .filter((ends) => ends.length > 0);

  it('never overlaps units, whatever the cycles, self-loops and parallel streams', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async (ends) => {
        const name = (end: number) => (end === -1 ? 'ENV' : `U${end}`);
        const layout = await layOut({
          ...ROSENBERG,
          units: [...new Set(ends.flat())]
            .filter((end) => end !== -1)
            .map((end) => ({ id: name(end), name: `工段${end}`, verdict: null, note: '' })),
          flows: ends.map(([from, to, amount], index) => flow(`S${index}`, name(from), name(to), amount, null)),
        });
        expectApart([...layout.units.values()]);
        expect(layout.flows.size).toBe(ends.length);
      }),
      { numRuns: 25 },
    );
  });

  it('draws two flows side by side between the same units', async () => {
    const layout = await layOut({
      ...ROSENBERG,
      units: ['A', 'B'].map((id) => ({ id, name: id, verdict: null, note: '' })),
      flows: [flow('1', 'A', 'B', 1, null), flow('2', 'A', 'B', 2, null)],
    });
    expectApart([...layout.units.values(), ...[...layout.flows.values()].map(({ label }) => label)]);
  });

  it('draws arrows in proportion to amounts', () => {
    expect(thicknessOf(100, 100)).toBe(14);
    expect(thicknessOf(50, 100)).toBe(7);
    expect(thicknessOf(0, 100)).toBe(1.5);
    expect(thicknessOf(null, 100)).toBe(1.5);
  });

  it('lets no text break out of the SVG', async () => {
    const evil = `"><script>alert('x')</script>\u0000&`;
    const svg = await drawDiagram({
      ...ROSENBERG,
      title: evil,
      units: [{ id: 'N1', name: evil, verdict: null, note: evil }],
      flows: [{ ...flow('1', 'ENV', 'N1', 1, 1), name: evil }],
    });
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain(escapeXml(evil));
  });
});

describe('a diagram on paper', () => {
  /** A works of `units` workshops in a row with recycles, `count` streams with names and figures as plants have them. */
  const works = (units: number, count: number): DiagramContent => ({
    ...ROSENBERG,
    units: Array.from({ length: units }, (_, k) => ({
      id: `U${k}`,
      name: `第${k}生产车间`,
      verdict: 'closed' as const,
      note: '闭合 0.20\u00a0%',
    })),
    flows: Array.from({ length: count }, (_, k) => {
      const at = (n: number) => (n < 0 || n >= units ? 'ENV' : `U${n}`);
      const from = (k % (units + 1)) - 1;
      const ends: readonly [string, string] = k % 7 === 3 ? [at(from + 1), at(from - 1)] : [at(from), at(from + 1)];
      return { ...flow(`S${k}`, ...ends, 12_345.6 / (1 + (k % 9)), 12_349.1 / (1 + (k % 9))), name: `工艺冷却水${k}` };
    }).filter(({ from, to }) => from !== to),
  });

  it.each([4, 6, 9, 12])('is legible with 60 streams between %i workshops on A4 on its side', async (units) => {
    const content = works(units, PAGE_FLOWS);
    expect(content.flows.length).toBe(PAGE_FLOWS);
    const { svg, textSize } = await drawForPaper(content);
    expect(textSize).toBeGreaterThanOrEqual(5);
    // Text is as large as it is said to be once the drawing is fitted to the page.
    const [width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.slice(1).map(Number);
    expect(textSize).toBeLessThanOrEqual(1.001 * TEXT_SIZE * Math.min(1, PAPER.width / width!, PAPER.height / height!));
  });

  it('runs no arrow through a label or a unit that it does not belong to', async () => {
    const content = works(6, 40);
    const layout = await layOut(content);
    const inside = (box: Box, a: { x: number; y: number }, b: { x: number; y: number }) =>
      Math.max(a.x, b.x) > box.x + 1 &&
      Math.min(a.x, b.x) < box.x + box.width - 1 &&
      Math.max(a.y, b.y) > box.y + 1 &&
      Math.min(a.y, b.y) < box.y + box.height - 1;
    const met: string[] = [];
    for (const [id, { points }] of layout.flows) {
      const { from, to } = content.flows.find((each) => each.id === id)!;
      for (let k = 1; k < points.length; k++) {
        for (const [other, { label }] of layout.flows) {
          if (other !== id && inside(label, points[k - 1]!, points[k]!)) met.push(`${id} through the label of ${other}`);
        }
        for (const [unit, box] of layout.units) {
          if (unit !== from && unit !== to && inside(box, points[k - 1]!, points[k]!)) met.push(`${id} through ${unit}`);
        }
      }
    }
    expect(met).toEqual([]);
  });
});

describe('wrapping', () => {
  it('loses nothing and never makes more lines than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('水', '回', '（', '）', 'a', 'B', ' ', '1', '，') }), (text) => {
        const lines = wrapped(text, 4, 2);
        expect(lines.length).toBeLessThanOrEqual(2);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
    expect(wrapped('给排水车间', 4, 2)).toEqual(['给排水', '车间']);
    expect(wrapped('closed 0.20\u00a0%', 5, 2)).toEqual(['closed', '0.20\u00a0%']);
    expect(textWidth('水1', 10)).toBe(16);
  });
});
