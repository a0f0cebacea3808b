/** Tables by production day, shift and cycle. */
export const periods = {
  'period.title': 'Streams by period',
  'period.text': 'Metered streams only; a period that the window holds a part of says how many hours of it.',
  'period.day': 'Production day',
  'period.shift': 'Shift',
  'period.cycle': 'Cycle',
  'period.table': '{kind}: streams, {from} to {to}',
  'period.leastRead': 'Least coverage of time',
  'period.part': ' ({hours} h in the window)',
  'period.batches': ', {n} batches',
};
