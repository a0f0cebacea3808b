import { stringify } from 'yaml';
import type { Rule, RuleStatus } from '../config/rules/rule.ts';
import type { SourceText } from '../config/rules/text.ts';

/** What a reader must know of a rule that is not simply in force, in brackets; empty where it is. */
export function statusText(status: RuleStatus): string {
  return { 'in-force': '', superseded: '（已废止 superseded）', 'to-confirm': '（待核实 to be confirmed）' }[status];
}

/** A rule for a person: where it stands, since when, what the text says line by line, and what is made of it. */
export async function ruleText(rule: Rule, text: SourceText): Promise<string> {
  const { document } = rule;
  const parts = [
    `${rule.id}  [${rule.status}]`,
    `${document.number ?? '（无文号 no number）'}  ${document.title}  ${rule.article ?? ''}`.trimEnd(),
    `印发 issued ${document.issued ?? '–'}, 施行 in force from ${document.from ?? '–'}, 废止 to ${document.to ?? '–'}`,
  ];
  if (document.supersededBy !== null) parts.push(`被取代 superseded by ${document.supersededBy}`);
  if ('file' in document.source && rule.lines !== null) {
    const [from, to] = rule.lines;
    parts.push(`${document.source.file}:${from}–${to}`, '');
    const lines = await text.lines(document.source.file);
    lines.slice(from - 1, to).forEach((line, index) => {
      if (line.trim() !== '') parts.push(`  ${from + index}  ${line.trim()}`);
    });
  } else if ('reference' in document.source) parts.push(`${document.source.reference}: ${document.source.seen}`);
  for (const [field, reason] of Object.entries({ ...document.unset, ...rule.unset })) parts.push(`未定 unset: ${field}: ${reason}`);
  for (const conflict of document.conflicts) parts.push(`原文矛盾 conflict in the source: ${conflict}`);
  if (rule.content !== null) parts.push('', stringify(rule.content, { lineWidth: 140 }).trimEnd());
  return `${parts.join('\n')}\n`;
}
