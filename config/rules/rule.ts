import type { ContentOf, Family } from './families/families.ts';
import type { Quote, RuleDocument } from './schema.ts';

export type RuleStatus = 'in-force' | 'superseded' | 'to-confirm';

/** One thing that one article of one document lays down. */
export interface RuleOf<F extends Family> {
  /** `jurisdiction/document/rule`, as the folders are. */
  readonly id: string;
  readonly jurisdiction: string;
  readonly family: F;
  readonly document: RuleDocument;
  readonly article: string | null;
  readonly status: RuleStatus;
  /** First and last line in the document's source text, null where that is not shipped. */
  readonly lines: readonly [number, number] | null;
  readonly quote: string | null;
  readonly quotes: readonly Quote[];
  readonly reach: 'own' | 'nationwide';
  /** Ids of rules of another jurisdiction that this one says also hold here. */
  readonly incorporates: readonly string[];
  readonly extractOf: string | null;
  /** What the source leaves open, by field, with the reason. */
  readonly unset: Readonly<Record<string, string>>;
  /** Null where the text is not held: `unset.content` says why. */
  readonly content: ContentOf<F> | null;
  /** `file:line:column` of the rule. */
  readonly place: string;
}

export type Rule = { [F in Family]: RuleOf<F> }[Family];
