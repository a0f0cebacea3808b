import { word } from '../../config/words/word.ts';
import type { Duty } from './duties.ts';

/**
 * Duties with a day as an iCalendar file, one all-day event each; those without a day are left out.
 *
 * @source RFC 5545 (lines of at most 75 octets, CRLF)
 */
export function dutiesCalendar(plant: string, duties: readonly Duty[], nowMs: number): string {
  const stamp = `${new Date(nowMs).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Liangheng//duties//ZH'];
  for (const { rule, content, due } of duties) {
    if (due === null) continue;
    const where = `${rule.document.number ?? rule.document.title} ${rule.article ?? ''}`.trimEnd();
    lines.push(
      'BEGIN:VEVENT',
      `UID:${rule.id.replaceAll('/', '.')}.${due.day}@${plant}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${due.day.replaceAll('-', '')}`,
      `SUMMARY:${escaped(`${word('zh', `duty.${content.duty}`)}${due.provisional ? word('zh', 'duty.provisional') : ''}${rule.status === 'to-confirm' ? word('zh', 'duty.toConfirm') : ''} ${where}`)}`,
      `DESCRIPTION:${escaped(rule.quote ?? rule.id)}`,
      'END:VEVENT',
    );
  }
  lines.push('END:VCALENDAR');
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replaceAll('\n', '\\n');
}

/** A line in pieces of at most 75 octets, never within a character; each further piece begins with a space. */
function folded(line: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of line) {
    if (Buffer.byteLength(piece + character) > 75) {
      pieces.push(piece);
      piece = ' ';
    }
    piece += character;
  }
  return [...pieces, piece];
}
