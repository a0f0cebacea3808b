import { describe, expect, it } from 'vitest';
import { type Edge, layout } from '../../../balance/media/boundary.ts';
import { plant } from '../plants.ts';

const units = [
  { id: 'P', name: 'P', level: 'plant' },
  { id: 'A', name: 'A', level: 'workshop', parent: 'P' },
  { id: 'B', name: 'B', level: 'workshop', parent: 'P' },
  { id: 'A1', name: 'A1', level: 'equipment', parent: 'A' },
  { id: 'A2', name: 'A2', level: 'equipment', parent: 'A' },
];
const of = (...edges: readonly (readonly [string, string])[]) => edges.map(([from, to], index): Edge => ({ id: `${index}`, from, to }));
const drawn = (edges: readonly Edge[], stocks: readonly { unit: string }[] = []) => {
  const { nodeOf, boundaries } = layout(plant({ units }), edges, stocks);
  return { nodes: Object.fromEntries(nodeOf), boundaries };
};

describe('where a balance can be drawn', () => {
  it('every unit with an in and an out', () => {
    const { nodes, boundaries } = drawn(of(['ENV', 'A1'], ['A1', 'A2'], ['A2', 'B'], ['B', 'ENV']));
    expect(nodes).toMatchObject({ A1: 'A1', A2: 'A2', B: 'B' });
    expect(boundaries).toEqual(['P', 'A', 'B', 'A1', 'A2']);
  });

  it('a unit that only takes is counted into the unit above', () => {
    const { nodes, boundaries } = drawn(of(['ENV', 'A1'], ['A', 'ENV'], ['ENV', 'B'], ['B', 'ENV']));
    expect(nodes).toMatchObject({ A1: 'A', A: 'A', B: 'B' });
    expect(boundaries).toEqual(['P', 'A', 'B']);
  });

  it('and with the units below it before that', () => {
    const { nodes, boundaries } = drawn(of(['ENV', 'A'], ['ENV', 'A1'], ['A1', 'ENV']));
    expect(nodes).toMatchObject({ A: 'A', A1: 'A' });
    expect(boundaries).toEqual(['P', 'A']);
  });

  it('what nothing else takes up belongs to the plant alone', () => {
    const { nodes, boundaries } = drawn(of(['ENV', 'A'], ['ENV', 'B'], ['P', 'ENV']));
    expect(nodes).toMatchObject({ A: 'P', B: 'P' });
    expect(boundaries).toEqual(['P']);
  });

  it('a stock takes and gives', () => {
    expect(drawn(of(['ENV', 'B']), [{ unit: 'B' }]).boundaries).toEqual(['P', 'B']);
  });
});
