import type { FileChild, ISectionOptions } from 'docx';
import { PAGE } from './page.ts';

/** What one block becomes, and on which page it has room. */
export interface Body {
  readonly children: readonly FileChild[];
  readonly turn: 'portrait' | 'landscape';
  readonly isHeading: boolean;
}

/** Runs of bodies that stand on pages turned alike; a heading goes to the page of what it announces. */
export function sectionsOf(bodies: readonly Body[]): readonly Pick<ISectionOptions, 'properties' | 'children'>[] {
  const turned = bodies.map(({ turn }) => turn);
  for (let i = bodies.length - 2; i >= 0; i--) if (bodies[i]!.isHeading) turned[i] = turned[i + 1]!;
  const sections: { turn: Body['turn']; children: FileChild[] }[] = [];
  for (const [i, { children }] of bodies.entries()) {
    const turn = turned[i]!;
    if (sections.at(-1)?.turn !== turn) sections.push({ turn, children: [] });
    sections.at(-1)!.children.push(...children);
  }
  return sections.map(({ turn, children }) => ({ properties: PAGE[turn], children }));
}
