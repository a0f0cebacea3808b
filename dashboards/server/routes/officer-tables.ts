import { named } from '../../../config/words/word.ts';
import type { Table } from '../csv.ts';
import type { DisclosureDocument, DutiesDocument } from '../documents/duties.ts';
import type { OversightDocument } from '../documents/oversight.ts';
import type { Given } from '../route.ts';

/** One row a monitor; an outfall without one has a row of its own. Shares are 0…1. */
export function oversightTable({ window, outfalls }: Given<OversightDocument>): Table {
  return {
    columns: [
      ...['from', 'to', 'outfall', 'name', 'kind', 'code', 'channel', 'due', 'received', 'transmission', 'validity', 'effective'],
      ...['required', 'pass', 'hours', 'validHours', 'overLimit', 'massMeasured', 'massSubstituted', 'massUnit', 'unknownHours'],
      ...['capUsed', 'overCap', 'signs', 'contradictions'],
    ],
    rows: outfalls.flatMap((outfall) => {
      const own = [window.from, window.to, outfall.id, outfall.name === undefined ? '' : named(outfall.name, 'zh'), outfall.kind];
      const found = [outfall.signs.length, outfall.contradictions.filter(({ significant }) => significant).length];
      if (outfall.monitors.length === 0) return [[...own, ...Array<null>(18).fill(null), ...found]];
      return outfall.monitors.map(({ code, channel, rates, required, pass, hours, over, mass, caps }) => [
        ...[...own, code, channel, rates?.due, rates?.received, rates?.transmission, rates?.validity, rates?.effective],
        ...[required?.effective, pass, hours.all, hours.valid, over.length, mass?.measured, mass?.substituted, mass?.unit],
        ...[mass?.hours.unknown, caps.length === 0 ? null : Math.max(...caps.map(({ used }) => used)), caps.some((cap) => cap.over)],
        ...found,
      ]);
    }),
  };
}

export function dutyTable({ duties }: Given<DutiesDocument>): Table {
  return {
    columns: ['duty', 'due', 'provisional', 'to', 'document', 'article', 'status'],
    rows: duties.map((one) => [one.duty, one.due, one.provisional, one.to?.join(' '), one.document, one.article, one.status]),
  };
}

/** One row a field that the rule prints. */
export function disclosureTable({ rule, fields }: Given<DisclosureDocument>): Table {
  return {
    columns: ['field', 'content', 'lacking', 'document', 'article'],
    rows: fields.map(({ printed, text, missing }) => [printed, text, missing.join(' '), rule?.document, rule?.article]),
  };
}
