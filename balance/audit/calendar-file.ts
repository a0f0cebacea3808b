import { word } from '../../config/words/word.ts';
import type { Duty } from './duties.ts';

/** A meter whose verification, calibration or confirmation ends on a day, e.g. `2027-06-05`; said beside it. */
export interface MeterDue {
  readonly meter: string;
  readonly due: string;
  readonly why: string;
}

/**
 * Duties with a day, and the days on which verifications of meters end, as an iCalendar file: one all-day event each, those of meters
 * with an alarm 30 days before. Duties without a day are left out.
 *
 * @source RFC 5545 (lines of at most 75 octets, CRLF)
 */
export function dutiesCalendar(plant: string, duties: readonly Duty[], nowMs: number, meters: readonly MeterDue[] = []): string {
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
  for (const { meter, due, why } of meters) {
    const summary = `${word('zh', 'duty.verifyMeter')} ${meter}`;
    lines.push(
      'BEGIN:VEVENT',
      `UID:meter.${meter}.${due}@${plant}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${due.replaceAll('-', '')}`,
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(why)}`,
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `DESCRIPTION:${escaped(summary)}`,
      'TRIGGER:-P30D',
      'END:VALARM',
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
