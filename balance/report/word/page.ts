import { PageOrientation } from 'docx';

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
