import { PageOrientation } from 'docx';

/** Twips: 1/1440 inch. A4 with margins of 25 mm and 18 mm upright, 15 mm and 12.7 mm on its side, where diagrams need the room. */
const A4 = { short: 11_906, long: 16_838 };
const UPRIGHT = { wide: 1_417, narrow: 1_020 };
const ON_ITS_SIDE = { wide: 850, narrow: 720 };

/** Twips between the margins. */
export const TEXT_WIDTH = { portrait: A4.short - 2 * UPRIGHT.narrow, landscape: A4.long - 2 * ON_ITS_SIDE.narrow };
/** Twips between header and footer on a landscape page. */
export const LANDSCAPE_HEIGHT = A4.short - 2 * ON_ITS_SIDE.wide;

const margins = ({ wide, narrow }: typeof UPRIGHT, frame: number) => ({
  top: wide,
  bottom: wide,
  left: narrow,
  right: narrow,
  header: frame,
  footer: frame,
});

export const PAGE = {
  portrait: {
    page: { size: { width: A4.short, height: A4.long, orientation: PageOrientation.PORTRAIT }, margin: margins(UPRIGHT, 600) },
  },
  landscape: {
    page: { size: { width: A4.short, height: A4.long, orientation: PageOrientation.LANDSCAPE }, margin: margins(ON_ITS_SIDE, 400) },
  },
} as const;
