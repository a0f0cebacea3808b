import { type FileChild, type ISectionOptions, PageOrientation } from 'docx';

/** Twips: 1/1440 inch. A4 with margins of 25 mm and 18 mm. */
const A4 = { short: 11_906, long: 16_838 };
const MARGIN = { wide: 1_417, narrow: 1_020 };

/** Twips between the margins. */
export const TEXT_WIDTH = { portrait: A4.short - 2 * MARGIN.narrow, landscape: A4.long - 2 * MARGIN.narrow };
/** Twips between header and footer on a landscape page. */
export const LANDSCAPE_HEIGHT = A4.short - 2 * MARGIN.wide;

const margin = { top: MARGIN.wide, bottom: MARGIN.wide, left: MARGIN.narrow, right: MARGIN.narrow, header: 600, footer: 600 };

export const PAGE = {
  portrait: { page: { size: { width: A4.short, height: A4.long, orientation: PageOrientation.PORTRAIT }, margin } },
  landscape: { page: { size: { width: A4.short, height: A4.long, orientation: PageOrientation.LANDSCAPE }, margin } },
} as const;

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
