import { type Lang, word } from '../../config/words/word.ts';
import type { DiagramWords } from './content.ts';

/** The words on a diagram in a language. */
export function diagramWords(lang: Lang): DiagramWords {
  return {
    basis: {
      metered: word(lang, 'diagram.measured'),
      analysed: word(lang, 'basis.analysed'),
      derived: word(lang, 'basis.derived'),
      estimated: word(lang, 'basis.estimated'),
      design: word(lang, 'basis.design'),
      difference: word(lang, 'basis.difference'),
      unmeasured: word(lang, 'basis.unmeasured'),
      'out-of-service': word(lang, 'basis.out-of-service'),
    },
    unknown: word(lang, 'diagram.unknown'),
    legendFigures: word(lang, 'diagram.legendFigures'),
    legendWidth: word(lang, 'diagram.legendWidth'),
    legendUnmeasured: word(lang, 'diagram.legendUnmeasured'),
    legendSuspect: word(lang, 'diagram.legendSuspect'),
    verdicts: {
      closed: word(lang, 'verdict.closed'),
      'closed-blind': word(lang, 'verdict.closed-blind'),
      'open-significant': word(lang, 'verdict.open-significant'),
      'open-not-significant': word(lang, 'verdict.open-not-significant'),
      'closed-with-detectable-bias': word(lang, 'verdict.closed-with-detectable-bias'),
      'by-difference': word(lang, 'verdict.by-difference'),
      incomplete: word(lang, 'verdict.incomplete'),
    },
  };
}
