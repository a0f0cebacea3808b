import { expect, it, vi } from 'vitest';
import { balanceDiagram } from '../../balance/diagram/balance-diagram.ts';
import { drawDiagram } from '../../balance/diagram/diagram.ts';
import { drawingOf } from '../../dashboards/server/drawings.ts';
import { fixture } from './fixture.ts';

const here = vi.hoisted(() => ({ layouts: 0 }));
vi.mock('elkjs/lib/elk.bundled.js', async (original) => {
  const { default: elk } = (await original()) as { default: { default: new () => { layout(graph: unknown): unknown } } };
  class Counted extends elk.default {
    override layout(graph: unknown): unknown {
      here.layouts += 1;
      return super.layout(graph);
    }
  }
  return { default: { default: Counted } };
});

it('a diagram of the pages is laid out in a thread of its own, as it would be here', async () => {
  const { services } = await fixture();
  const asked = { balance: 'water', boundary: null, lang: 'zh' as const };
  const drawing = await drawingOf(services.plant, services.balances()!, asked);
  expect(here.layouts).toBe(0);
  expect(drawing).toBe(await drawDiagram(balanceDiagram(services.plant, services.balances()!, asked)));
  expect(here.layouts).toBeGreaterThan(0);
});
