import type { Rule, RuleStatus } from '../../config/rules/rule.ts';
import type { Jurisdiction } from '../../config/rules/schema.ts';
import { scoreSheets } from '../audit/sheet-facts.ts';

/** A score sheet as an acceptance panel knows it. */
export interface NamedSheet {
  /** Id of the rule. */
  readonly rule: string;
  readonly jurisdiction: { readonly zh: string; readonly en: string };
  /** Document number; null where none is printed. */
  readonly number: string | null;
  readonly document: string;
  /** 附件3; null where the document does not say where the sheet stands. */
  readonly article: string | null;
  /** What stands above the sheet. */
  readonly title: string;
  readonly status: RuleStatus;
}

/** The score sheets that are held, by their own titles. */
export function namedSheets(rules: readonly Rule[], jurisdictions: readonly Jurisdiction[]): readonly NamedSheet[] {
  return scoreSheets(rules).map(({ id, jurisdiction, document, article, quote, status }) => {
    const place = jurisdictions.find((each) => each.id === jurisdiction);
    return {
      rule: id,
      jurisdiction: { zh: place?.zh ?? jurisdiction, en: place?.en ?? jurisdiction },
      number: document.number,
      document: document.title,
      article,
      // A title may begin with the number of the annex that it stands in.
      title: (quote ?? document.title).replace(/^附件\s*\d+\s*[：:]\s*/, ''),
      status,
    };
  });
}
